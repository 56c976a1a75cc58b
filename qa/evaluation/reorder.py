"""The same articles under names that sort the other way round, to see whether order matters.

An index takes articles by name, so that ties and merging can hang on it; the answer to a question
must not. Knows folders and articles.csv; nothing of answers.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

from vectorstore.catalogue import CATALOGUE


def write_reordered(folder: Path, article_ids: Iterable[str], target: Path) -> None:
    """Copies of the articles, and of articles.csv, named so that the last comes first.

    Each file keeps its bytes and lies in the target itself; what the target held before is removed.
    """
    ordered = sorted(article_ids)
    names = {
        article_id: f"{len(ordered) - place:06d}-{article_id.replace('/', '-')}"
        for place, article_id in enumerate(ordered)
    }
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for article_id, name in names.items():
        shutil.copyfile(folder / article_id, target / name)
    catalogue = folder / CATALOGUE
    if catalogue.is_file():
        with catalogue.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = [row for row in csv.reader(stream, strict=True) if any(row)]
        column = [name.strip().lower() for name in header].index("file")
        with (target / CATALOGUE).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            for row in rows:
                file = " ".join(row[column].split())
                if file in names:
                    writer.writerow([*row[:column], names[file], *row[column + 1 :]])
