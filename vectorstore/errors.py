"""The root of Footnote's errors, and those of the store. qa/errors.py draws the whole tree.

Every message names the thing, what was wrong with it, and the next step.
"""


class FootnoteError(Exception):
    """Anything that a user can cause or mend; the message is shown as it is."""


class ArticlesError(FootnoteError):
    """The articles folder is missing, empty, or holds nothing readable."""


class StoreError(FootnoteError):
    """The index cannot be written, read or trusted."""


class IndexLocked(StoreError):
    """Another process is writing this index and did not finish in time."""


class IndexDamaged(StoreError):
    """A published index does not open or does not answer; `qa index --rebuild` makes it anew."""


class EmbedderError(FootnoteError):
    """The embedding model is missing, damaged or of another dimension."""


class ChromaServerError(StoreError):
    """The Chroma server at QA_CHROMA_URL does not answer."""
