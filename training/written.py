"""Questions written for this reader over openly licensed passages, kept in training/questions/.

Half of them have an answer, in other words than the passage where that can be; half are near
misses: the passage's own words, and no answer. A line of the file is one passage with its
questions: `{"q": question, "a": answer}`, or `{"q": question, "near": the string a careless reader
would give}`. Invented news stands there as `text`; all other passages stay in the data folder and
are named by `source`, `key`, characters `start` to `end` and the `sha256` of those.
"""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from training.sources import Example, Span, read_json_lines

QUESTIONS = Path(__file__).parent / "questions" / "written.jsonl.gz"
NAMES = {"own": "written_own", "onestop": "written_news"}
"""Invented news, Guardian stories; everything else is `written_wiki`."""
_BREAK = re.compile(r"\s*\n\s*")


def read_written(data: Path, split: str, path: Path = QUESTIONS) -> list[Example]:
    """The questions of one split, "train" or "dev" (apart by article), in file order.

    Raises ValueError if a passage of the data folder is not the one that the questions were
    written for.
    """
    texts = _texts(data)
    examples = []
    for line in read_json_lines(path):
        if line["split"] != split:
            continue
        if (passage := line.get("text")) is None:
            passage = texts[line["source"], line["key"]][line["start"] : line["end"]]
        if digest(passage) != line["sha256"]:
            raise ValueError(f"{line['source']} {line.get('key')}: not the text asked about")
        context = one_line(passage)
        source = NAMES.get(line["source"], "written_wiki")
        for item in line["questions"]:
            spans = occurrences(context, item["a"]) if "a" in item else ()
            name = f"{line['sha256']}-{len(examples)}"
            examples.append(Example(name, source, item["q"], context, spans))
    return examples


def one_line(passage: str) -> str:
    """The passage as the questions' writers saw it: line breaks are spaces."""
    return _BREAK.sub(" ", passage)


def digest(passage: str) -> str:
    """The first 16 hexadecimal digits of the passage's SHA-256."""
    return hashlib.sha256(passage.encode()).hexdigest()[:16]


def occurrences(text: str, answer: str) -> tuple[Span, ...]:
    """Where an answer stands, on whole words; raises ValueError if nowhere."""
    whole = rf"(?<!\w){re.escape(answer)}(?!\w)"
    spans = tuple(match.span() for match in re.finditer(whole, text))
    if not spans:
        raise ValueError(f"{answer!r} is not in {text[:60]!r}")
    return spans


def _texts(data: Path) -> dict[tuple[str, str], str]:
    """Every text that questions may be about, by source and key."""
    articles = read_json_lines(data / "checks" / "onestopenglish_articles.jsonl.gz")
    texts = {("onestop", row["file"]): row["text"] for row in articles}
    with gzip.open(data / "reader" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if '"source": "squad"' in line or '"source": "nq_qed"' in line:
                row: dict[str, Any] = json.loads(line)
                texts[row["source"], row["id"]] = row["context"]
    return texts
