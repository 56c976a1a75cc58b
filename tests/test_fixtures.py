"""The tests' own ground: a home of one's own, no network, fakes that compute what they say."""

import math
import os
import socket
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeEmbedder, article, paragraphs


def test_every_test_has_a_home_of_its_own(home: Path, tmp_path: Path) -> None:
    assert Path(os.environ["QA_HOME"]) == home
    assert home.is_relative_to(tmp_path)
    assert [name for name in os.environ if name.startswith("QA_")] == ["QA_HOME"]


def test_there_is_no_network_but_the_loopback() -> None:
    with pytest.raises(OSError, match="tests have no network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_the_fake_cosine_is_the_words_in_both_over_the_root_of_the_words_of_each() -> None:
    fox, dog = FakeEmbedder().embed_chunks(["Red fox.", "A red, red dog"])
    assert float(fox @ dog) == pytest.approx(1 / math.sqrt(2 * 3))
    assert np.allclose(np.linalg.norm([fox, dog], axis=1), 1)


def test_fake_chunks_are_slices_and_so_are_their_sentences() -> None:
    source = article("a.txt", "  One. Two!\n\nThree 3.5 four")
    chunks = paragraphs(source)
    assert [chunk.text for chunk in chunks] == ["One. Two!", "Three 3.5 four"]
    for chunk in chunks:
        assert chunk.text == source.text[chunk.start : chunk.end]
    spans = [source.text[start:end] for chunk in chunks for start, end in chunk.sentences]
    assert spans == ["One.", "Two!", "Three 3.5 four"]
