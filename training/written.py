"""Questions written for this reader over openly licensed passages, kept in training/questions/.

Half of them have an answer, half are near misses. A line of the file is one passage with its
questions: `{"q": question, "a": answer}`, or `{"q": question, "near": the string a careless reader
would give}`. Invented news stands there as `text`, two passages an
`event`; all other passages stay in the data folder and
are named by `source`, `key`, characters `start` to `end` and the `sha256` of those.
"""

import hashlib
import re
from pathlib import Path

from training.sources import Example, Span, read_json_lines, trim

QUESTIONS = Path(__file__).parent / "questions" / "written.jsonl.gz"
NAMES = {
    "own": "written_own",
    "onestop": "written_news",
    "squad": "written_wiki",
    "nq_qed": "written_wiki",
    "nq_oracle": "written_wiki",
}
"""Invented news, Guardian stories, and paragraphs of Wikipedia."""
_BREAK = re.compile(r"\s*\n\s*")


def read_written(data: Path, split: str, path: Path = QUESTIONS) -> list[Example]:
    """The questions of one split, "train" or "dev", in file order.

    The splits are apart by story or event, of Wikipedia by paragraph. Raises ValueError if a
    passage of the data folder is missing or is not the one that the questions were written for.
    """
    texts = _texts(data)
    examples: list[Example] = []
    for line in read_json_lines(path):
        if line["split"] != split:
            continue
        if (passage := line.get("text")) is None:
            whole = texts.get((line["source"], line["key"]), "")
            passage = whole[line["start"] : line["end"]]
        if digest(passage) != line["sha256"]:
            raise ValueError(f"{line['source']} {line.get('key')}: not the text asked about")
        context = one_line(passage)
        source = NAMES[line["source"]]
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
    """Where an answer stands, without its edges' punctuation; raises ValueError if nowhere.

    On whole words, and never as a part of a longer number ("9" in "6.9%" or "9,000").
    """
    whole = rf"(?<!\w)(?<!\d[.,]){re.escape(answer)}(?!\w)(?![.,]\d)"
    spans = tuple(trim(text, *match.span()) for match in re.finditer(whole, text))
    if not spans:
        raise ValueError(f"{answer!r} is not in {text[:60]!r}")
    return spans


def _texts(data: Path) -> dict[tuple[str, str], str]:
    """Every text that questions may be about, by source and key."""
    articles = read_json_lines(data / "checks" / "onestopenglish_articles.jsonl.gz")
    texts = {("onestop", row["file"]): row["text"] for row in articles}
    for row in read_json_lines(data / "reader" / "train.jsonl.gz"):
        if row["source"] in NAMES:
            texts[row["source"], row["id"]] = row["context"]
    return texts
