"""Write the training rows: `python -m training.prepare --data ../shared/data --out FOLDER`.

One gzipped JSON Lines file a pass. A row is one question on one passage:
`{"group","source","kind","question","context","spans"}`; rows of one group are consecutive and
ask the same question of different passages. Only sources with a stated licence are read, and the
questions of training/questions/ on passages of such sources.
"""

import argparse
import gzip
import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.compose import Passage, Sentences
from training.joint import joint
from training.negatives import Neighbours, Swapper, content_words, remove_answer, shorten
from training.sets import Asked, group, read_sets, train_groups
from training.sources import (
    Example,
    chunks,
    holds_any,
    read_examples,
    read_json_lines,
    window,
)
from training.written import one_line, read_written

WRITTEN = ("written_news", "written_wiki", "written_own")
PARAGRAPHS = ("squad", "nq_qed", "nq_oracle", "covidqa", "policyqa", *WRITTEN)
SENTENCES = ("qamr_wikinews", "qamr_wikipedia")
TEMPLATES = ("qasrl_wikinews", "qasrl_wikipedia", "qasrl2_wikinews", "qasrl2_wikipedia")
SAMPLED = {
    "squad": 6_000,
    "nq_qed": 3_000,
    "nq_oracle": 800,
    "covidqa": 500,
    "policyqa": 400,
    "qamr_wikinews": 2_200,
    "qamr_wikipedia": 1_800,
    "written_news": 6_000,
    "written_wiki": 11_000,
    "written_own": 5_000,
}
"""How many questions of a source a pass takes, times --share; of the sets it takes all."""
N_EACH_TEMPLATE = 150
SET_LENGTHS = (400, 700, 1_000)
"""Passage lengths in characters into which the articles of a set are cut."""
LONG, SHORT = (500, 1_150), (150, 500)
"""Ranges of passage lengths in characters; 1,150 is about 275 tokens."""

NEGATIVES = {
    "squad": (0.45, 0.4, 0.25),
    "nq_qed": (0.35, 0.45, 0.2),
    "nq_oracle": (0.35, 0.45, 0.2),
    "covidqa": (0.3, 0.5, 0.2),
    "policyqa": (0.15, 0.0, 0.0),
    "written_news": (0.5, 0.35, 0.05),
    "written_wiki": (0.5, 0.35, 0.05),
    # The nearest passage tells of the same event, perhaps with other figures: never mined.
    "written_own": (0.0, 0.35, 0.05),
}
"""Chance that a positive row also gives a mined, a removed and a swapped negative, if it can."""
MINED_SENTENCES, REMOVED_SENTENCES, SWAPPED_SENTENCES = 0.2, 0.3, 0.3
"""The same for sentence sources."""

JOINT = 0.6
"""Chance that a question is also asked of the best sentences of several passages as one text."""

Row = dict[str, object]


class Mixer:
    """Everything that is computed once and used for every pass."""

    def __init__(
        self,
        data: Path,
        mistakes: Path | None = None,
        share: float = 1.0,
        n_sets: int | None = None,
    ) -> None:
        """mistakes: what training.mine wrote, in place of mined passages where it has some.

        share: of the numbers in SAMPLED and N_EACH_TEMPLATE, what a pass takes. n_sets: how many
        training sets a pass draws; all of them if None.
        """
        self.sets = read_sets("train")
        self.n_sets = len(self.sets) if n_sets is None else n_sets
        if not 0 < self.n_sets <= len(self.sets):
            raise ValueError(f"{n_sets} sets to draw; there are {len(self.sets)} training sets")
        self.share = share
        folder = data / "reader"
        held_out = {example.context for example in read_written(data, "dev")}
        licensed = set(PARAGRAPHS + SENTENCES + TEMPLATES)
        self.by_source: dict[str, list[Example]] = defaultdict(list)
        for example in read_examples(folder / "train.jsonl.gz"):
            if example.source in licensed and one_line(example.context) not in held_out:
                self.by_source[example.source].append(example)
        for example in read_written(data, "train"):
            self.by_source[example.source].append(example)
        self.given: dict[str, Example] = {}
        for example in read_examples(folder / "train_negatives.jsonl.gz"):
            if example.source.removesuffix("_neg") in licensed:
                self.given[example.example_id.removesuffix("-neg")] = example
        self.mistakes: dict[str, list[Example]] = {}
        for line in read_json_lines(mistakes) if mistakes else ():
            self.mistakes[line["id"]] = [
                Example(line["id"], "", "", text, ((start, end),))
                for text, start, end in line["mistakes"]
            ]
        self.near: dict[str, Neighbours] = {}
        self.swapper: dict[str, Swapper] = {}
        self.mined: dict[str, list[list[int]]] = {}
        for source in PARAGRAPHS:
            contexts = dict.fromkeys(e.context for e in self.by_source[source])
            pieces = [piece for c in contexts for piece in chunks(c[:12_000], 1_000)]
            self._index(source, list(dict.fromkeys(pieces)))
        for source in SENTENCES:
            # QAMR has about 400 sentences a source; QA-SRL adds thousands of the same domain.
            domain = source.removeprefix("qamr")
            alike = [source, *(name for name in TEMPLATES if name.endswith(domain))]
            contexts = dict.fromkeys(e.context for name in alike for e in self.by_source[name])
            self._index(source, list(contexts))
        self.sentences = {
            source: Sentences(self.by_source[source], self.near[source]) for source in SENTENCES
        }

    def _index(self, source: str, texts: list[str]) -> None:
        self.near[source] = Neighbours(texts)
        self.swapper[source] = Swapper(texts)
        questions = [example.question for example in self.by_source[source]]
        self.mined[source] = self.near[source].search(questions, 15)
        print(f"{source}: {len(questions)} questions, {len(texts)} texts", flush=True)

    def drawn(self, seed: int) -> list[list[Asked]]:
        """The training sets of one pass: with the same seed others, once there are more sets."""
        sets = list(self.sets)
        random.Random(seed).shuffle(sets)
        return sets[-self.n_sets :]

    def groups(self, sets: list[list[Asked]], rng: random.Random) -> Iterator[list[Row]]:
        """The groups of one pass, sources in order; shuffle before use."""
        for source in PARAGRAPHS:
            for i in self._chosen(source, rng):
                yield from self._paragraph_groups(source, i, rng)
        for source in SENTENCES:
            for i in self._chosen(source, rng):
                yield from self._sentence_groups(source, i, rng)
        for source in TEMPLATES:
            for example in rng.sample(self.by_source[source], round(N_EACH_TEMPLATE * self.share)):
                yield [_row(example, Passage(example.context, example.spans), "positive")]
        for asked, passages in train_groups(sets, SET_LENGTHS, rng):
            example = Example(asked.name, "written_sets", asked.question, "", ())
            yield [_row(example, p, "positive" if p.spans else "other") for p in passages]
            if rng.random() < JOINT:
                # Passages of its own: a near miss has fewer above, and length must not tell.
                wide = group(asked, rng.choice(SET_LENGTHS), 3, rng)
                yield from _joint(example, wide, asked.gold, rng)

    def _chosen(self, source: str, rng: random.Random) -> list[int]:
        every = range(len(self.by_source[source]))
        return rng.sample(every, round(SAMPLED[source] * self.share))

    def _paragraph_groups(self, source: str, i: int, rng: random.Random) -> Iterator[list[Row]]:
        whole = self.by_source[source][i]
        mined, removed, swapped = NEGATIVES[source]
        example = window(whole, rng.randint(*(LONG if rng.random() < 0.5 else SHORT)), rng)
        if not whole.spans:  # as long as a positive row: length must not tell
            yield [_row(example, Passage(example.context, ()), "unanswerable")]
            return
        if not example.spans:
            return
        rows = [_row(example, Passage(example.context, example.spans), "positive")]
        n_chars = max(200, int(len(example.context) * 1.15))
        if rng.random() < removed:
            # From a wider window, so that a short positive can also have a near miss.
            wide = window(whole, max(n_chars + 150, 500), rng)
            rest = remove_answer(wide)
            if rest is not None:
                rows.append(_row(example, Passage(rest[:1_300], ()), "removed"))
        if mistakes := self.mistakes.get(whole.example_id):
            for mistake in rng.sample(mistakes, min(rng.choice((1, 2)), len(mistakes))):
                text = window(mistake, n_chars, rng).context  # with the span that misleads
                rows.append(_row(example, Passage(text, ()), "mistaken"))
        elif (given := self.given.get(whole.example_id)) is not None and rng.random() < 0.7:
            rows.append(_row(example, Passage(_best_piece(given, n_chars, rng), ()), "mined"))
        elif rng.random() < mined:
            texts = self.neighbours(source, i)
            if texts:
                text = shorten(rng.choice(texts[:6]), n_chars, rng)
                rows.append(_row(example, Passage(text, ()), "mined"))
        yield rows
        if mistakes and rng.random() < JOINT:
            own = Passage(example.context, example.spans)
            held = [own, *(Passage(mistake.context, ()) for mistake in mistakes)]
            yield from _joint(example, held if rng.random() < 0.7 else held[1:], example.gold, rng)
        if rng.random() < swapped:
            yield from self._swapped(source, i, example, example.context, rng)

    def _sentence_groups(self, source: str, i: int, rng: random.Random) -> Iterator[list[Row]]:
        example = self.by_source[source][i]
        if not example.spans:
            return
        sentences = self.sentences[source]
        passage, rest = sentences.compose(i, rng)
        rows = [_row(example, passage, "positive")]
        specific = len(set(content_words(example.question))) >= 3
        if specific and rest is not None and rng.random() < REMOVED_SENTENCES:
            rows.append(_row(example, rest, "removed"))
        given = self.given.get(example.example_id)
        if specific and given is not None and rng.random() < 0.5:
            rows.append(_row(example, Passage(given.context, ()), "mined"))
        elif specific and rng.random() < MINED_SENTENCES:
            texts = self.neighbours(source, i)
            if texts:
                mined = sentences.surround(texts[0], i, len(passage.text), rng)
                rows.append(_row(example, mined, "mined"))
        yield rows
        if rng.random() < SWAPPED_SENTENCES:
            yield from self._swapped(source, i, example, passage.text, rng)

    def neighbours(self, source: str, i: int) -> list[str]:
        """Texts of the source that share words with a question, best first, gold string absent."""
        example = self.by_source[source][i]
        texts = (self.near[source].texts[j] for j in self.mined[source][i])
        gold = example.gold
        return [t for t in texts if t not in example.context and not holds_any(t, gold)]

    def _swapped(
        self, source: str, i: int, example: Example, text: str, rng: random.Random
    ) -> Iterator[list[Row]]:
        similar = [self.near[source].texts[j] for j in self.mined[source][i][1:8]]
        question = self.swapper[source].swap(example.question, text, similar, rng)
        if question is not None:
            changed = Example(example.example_id, source, question, text, ())
            yield [_row(changed, Passage(text, ()), "swapped")]


def _joint(
    example: Example, passages: Sequence[Passage], gold: Sequence[str], rng: random.Random
) -> Iterator[list[Row]]:
    put_together = joint(example.question, passages, gold, rng)
    if put_together is not None:
        yield [_row(example, put_together, "joint" if put_together.spans else "joint other")]


def _best_piece(example: Example, n_chars: int, rng: random.Random) -> str:
    """The piece of a given negative that shares most words with the question."""
    asked = set(content_words(example.question))
    pieces = chunks(example.context[:12_000], min(n_chars, LONG[1])) or [example.context]
    rng.shuffle(pieces)
    return max(pieces, key=lambda piece: len(asked & set(content_words(piece))))[:1_400]


def _row(example: Example, passage: Passage, kind: str) -> Row:
    return {
        "source": example.source,
        "kind": kind,
        "question": example.question,
        "context": passage.text,
        "spans": passage.spans,
    }


def write_pass(mixer: Mixer, path: Path, seed: int) -> Counter[tuple[str, str]]:
    """Write one shuffled pass; returns the number of rows by source and kind."""
    rng = random.Random(seed)
    sets = mixer.drawn(seed)
    print("sets:", *sorted(each[0].name for each in sets if each))
    groups = list(mixer.groups(sets, rng))
    rng.shuffle(groups)
    counts: Counter[tuple[str, str]] = Counter()
    partial = path.with_suffix(".part")
    with gzip.open(partial, "wt", encoding="utf-8", compresslevel=1) as out:
        for number, rows in enumerate(groups):
            bare = rng.random() < 0.3
            for row in rows:
                question = str(row["question"])
                row = {"group": number, **row}
                row["question"] = question.rstrip("? ") if bare else question
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                counts[str(row["source"]), str(row["kind"])] += 1
    os.replace(partial, path)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, required=True, help="folder for pass_NN.jsonl.gz")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--mined", type=Path, help="what training.mine wrote")
    parser.add_argument("--share", type=float, default=1.0, help="of SAMPLED that a pass takes")
    parser.add_argument(
        "--sets", type=int, help="training sets that a pass draws; all if not given"
    )
    parser.add_argument("--first", type=int, default=0, help="number of the first pass")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    mixer = Mixer(args.data, args.mined, args.share, args.sets)
    for number in range(args.first, args.first + args.passes):
        path = args.out / f"pass_{number:02d}.jsonl.gz"
        counts = write_pass(mixer, path, args.seed + number)
        total = sum(counts.values())
        print(f"{path.name}: {total} rows", flush=True)
        for (source, kind), n_rows in sorted(counts.items()):
            print(f"  {source:16} {kind:12} {n_rows:6}")
        n_positive = sum(n for (_, kind), n in counts.items() if kind == "positive")
        print(f"  negatives: {1 - n_positive / total:.1%}", flush=True)


if __name__ == "__main__":
    main()
