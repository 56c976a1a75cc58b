"""What the page keeps while it runs: the latest answers, for export; and feedback, on disk."""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path

from qa.records import Answer

N_ANSWERS = 500
MAX_FEEDBACK_BYTES = 20_000_000
"""A page that anyone can reach must not fill the disk."""

log = logging.getLogger(__name__)


class Shelf:
    """The latest answers by an id that cannot be guessed; older ones go. Safe between threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, answer: Answer) -> str:
        answer_id = secrets.token_hex(16)
        with self._lock:
            self._answers[answer_id] = answer
            while len(self._answers) > N_ANSWERS:
                self._answers.popitem(last=False)
        return answer_id

    def get(self, answer_id: str) -> Answer | None:
        with self._lock:
            return self._answers.get(answer_id)


class Feedback:
    """Appends what users think of answers to a file of JSON lines; a failure is only logged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def add(self, question: str, answer: str, verdict: str) -> bool:
        """Whether it was written."""
        row = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "question": question,
            "answer": answer,
            "verdict": verdict,
        }
        line = json.dumps(row, ensure_ascii=False) + "\n"
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8", errors="replace") as file:
                    if file.tell() + len(line) > MAX_FEEDBACK_BYTES:
                        log.warning("%s is full; feedback is not kept", self._path)
                        return False
                    file.write(line)
        except OSError as error:
            log.warning("feedback is not kept: %s", error)
            return False
        return True
