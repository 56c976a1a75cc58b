"""What differs between two states of a folder, by the content of its files."""

import time

from vectorstore.contents import article_state
from vectorstore.generations import Manifest
from vectorstore.records import Folder, Skipped, SyncReport


def same(manifest: Manifest, found: Folder) -> bool:
    """Whether a generation holds just what was found in the folder."""
    now = {article.article_id: article_state(article) for article in found.articles}
    skipped = tuple((skip.path, skip.reason) for skip in found.skipped)
    then = {name: state for name, (_, state) in manifest.articles.items()}
    return now == then and skipped == manifest.skipped


def report(
    before: Manifest | None, after: Manifest, *, n_embedded: int, began: float
) -> SyncReport:
    """What a sync that began at `time.monotonic() == began` made of `before`.

    An article that is new where one with the same bytes is gone counts as renamed.
    """
    old = dict(before.articles) if before else {}
    new = dict(after.articles)
    gone = {name: sha256 for name, (sha256, _) in old.items() if name not in new}
    added, renamed = [], []
    for name, (sha256, _) in new.items():
        if name in old:
            continue
        was = next((other for other, content in gone.items() if content == sha256), None)
        if was is None:
            added.append(name)
        else:
            del gone[was]
            renamed.append((was, name))
    changed = [name for name, row in new.items() if name in old and old[name] != row]
    return SyncReport(
        added=tuple(added),
        changed=tuple(changed),
        renamed=tuple(renamed),
        deleted=tuple(gone),
        n_unchanged=len(new) - len(added) - len(renamed) - len(changed),
        n_chunks=after.n_chunks,
        n_embedded=n_embedded,
        skipped=tuple(Skipped(path, reason) for path, reason in after.skipped),
        generation=after.generation,
        seconds=time.monotonic() - began,
    )
