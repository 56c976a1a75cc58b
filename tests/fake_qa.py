"""The `qa` command with the fake embedder: `python -m tests.fake_qa index -a FOLDER`.

Everything else is real (Chroma, files, exit codes), but torch is never imported, so that a run
takes a second. With FAKE_QA_STOP=1 the embedder says "embedding" on stderr and then hangs.
"""

import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from tests.fakes import FakeEmbedder, Vectors

QUESTION = "Who ordered the closure of the port?"
STORM = (
    "Storm closes the port of Dunmore\n\n"
    "Harbour master Ingrid Halvorsen ordered the closure of the port at noon.\n\n"
    "Two ferries wait outside. The storm broke 14 windows of the café Zur Möwe.\n"
)
COUNCIL = "Council votes on the bridge\n\nThe council voted 9 to 4 to build a bridge in Dunmore.\n"
NEWS = {"storm.txt": STORM, "town/council.txt": COUNCIL}
"""Two small articles; the first answers the question."""


class Embedder(FakeEmbedder):
    """The fake under the name and with the argument of the real one."""

    def __init__(self, model: str = "fake") -> None:
        self.model = model

    def embed_chunks(self, texts: Sequence[str], progress: Any = None) -> Vectors:
        if os.environ.get("FAKE_QA_STOP"):
            print("embedding", file=sys.stderr, flush=True)
            time.sleep(60)
        return super().embed_chunks(texts, progress)


def main(argv: Sequence[str]) -> None:
    """Run the command; ends with SystemExit, as the real one does."""
    from unittest.mock import patch

    with patch("vectorstore.embedder.Embedder", Embedder):
        import qa.engine
        from qa.__main__ import main as run

        with patch.object(qa.engine, "Embedder", Embedder), patch.object(sys, "argv", argv):
            run()


if __name__ == "__main__":
    main(sys.argv)
