"""What a provider's exception means, in one line without keys, addresses or article text.

Knows exceptions by their status code and class name only, so that no provider's package is needed.
"""

from __future__ import annotations

import re

from qa.errors import ModelError

_STATUS = {
    400: "did not accept the request",
    401: "refused the key",
    402: "wants to be paid first",
    403: "refused access",
    404: "does not know this model",
    408: "took too long",
    413: "found the question with its passages too long",
    422: "did not accept the request",
    429: "is over its rate limit or quota",
}
_SECRET = re.compile(
    r"\b(?:sk|pk|key|api|bearer|token|gsk|xai|hf)[-_ =:]+[^\s\"',;)]+"
    r"|\b(?=[\w-]*\d)[\w-]{20,}\b|\b[\w+/-]{32,}={0,2}",
    re.IGNORECASE,
)
_URL = re.compile(r"\b(https?://)(?:[^\s/@]*@)?([^\s/?#\"')]+)[^\s\"')]*", re.IGNORECASE)


def provider_error(name: str, error: Exception) -> ModelError:
    """The ModelError for what went wrong at a provider."""
    status = getattr(error, "status_code", None)
    if not isinstance(status, int):
        status = getattr(getattr(error, "response", None), "status_code", None)
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    if isinstance(status, int):
        what = _STATUS.get(status, "has an error of its own" if status >= 500 else "failed")
        return ModelError(f"{name} {what} (HTTP {status}).")
    if "Timeout" in kinds:
        return ModelError(f"{name} did not answer in time.")
    if "Connect" in kinds or "Protocol" in kinds or "Network" in kinds:
        return ModelError(f"{name} cannot be reached or broke off the connection.")
    if isinstance(error, (ValueError, KeyError, IndexError, TypeError, AttributeError)):
        return ModelError(f"{name} sent something that is no answer ({type(error).__name__}).")
    detail = scrubbed(str(error), 120)
    return ModelError(
        f"{name} failed: {type(error).__name__}" + (f": {detail}." if detail else ".")
    )


def scrubbed(text: str, max_chars: int) -> str:
    """The text on one line, without what looks like a key, and addresses cut to their host."""
    text = _URL.sub(r"\1\2", " ".join(text.split()))
    text = _SECRET.sub("[removed]", text)
    return text if len(text) <= max_chars else text[: max_chars - 1].rstrip() + "…"
