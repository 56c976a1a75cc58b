"""The tree of errors.

FootnoteError
├── ArticlesError            the folder is missing, empty or unreadable        (vectorstore)
├── StoreError               the index cannot be written, read or trusted      (vectorstore)
│   ├── IndexLocked          another process is writing it
│   ├── IndexDamaged         it does not open or answer: rebuild
│   └── ChromaServerError    QA_CHROMA_URL does not answer
├── EmbedderError            the embedding model is missing or damaged         (vectorstore)
├── QuestionError            the question is empty, too long or not text
├── ModelError               the answering model is unknown, missing or failed
├── AnswerFileError          an answer file to verify is not one
└── EvalsetError             a line of an evaluation set does not fit

Abstaining is not an error: it is an Answer.
"""

from vectorstore.errors import (
    ArticlesError,
    ChromaServerError,
    EmbedderError,
    FootnoteError,
    IndexDamaged,
    IndexLocked,
    StoreError,
)

__all__ = [
    "AnswerFileError",
    "ArticlesError",
    "ChromaServerError",
    "EmbedderError",
    "EvalsetError",
    "FootnoteError",
    "IndexDamaged",
    "IndexLocked",
    "ModelError",
    "QuestionError",
    "StoreError",
]


class QuestionError(FootnoteError):
    """The question is empty, too long or holds nothing that can be asked."""


class ModelError(FootnoteError):
    """The answering model is unknown, not installed, damaged, or did not answer."""


class AnswerFileError(FootnoteError):
    """A file given to `qa verify` is not an answer that Footnote wrote."""


class EvalsetError(FootnoteError):
    """A line of an evaluation set does not fit; the message gives file and line."""
