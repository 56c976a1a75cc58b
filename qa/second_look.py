"""The second look: the best sentences of all passages, read once more side by side.

The network reads each passage alone, so two good sentences of different passages never meet. Here
they stand in one text, as training/joint.py puts them together, and their spans compete in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.network import Network
from qa.records import Passage
from vectorstore.records import Span

N_COMPARED = 5
BREAK = " ... "
"""Between pieces of different places."""
MAX_CHARS = 1_100
MAX_SPAN_TOKENS = 48
UNREAD = -12.0
"""The mass of a sentence that was cut off: about that of one which answers nothing."""


def look_again(
    network: Network, question: str, sentences: Sequence[tuple[Passage, Span]]
) -> tuple[list[float], float]:
    """Read sentences (passage, span in its article; best first) as one text.

    Returns the span head's mass of each and the answerability head's logit of the text
    (`qa.network.Logits`). The same sentences in the same order give the same result.
    """
    text, places = side_by_side(sentences)
    (row,) = network.run(question, [text])
    found = [row.best(*place, MAX_SPAN_TOKENS) if place else None for place in places]
    return [best[2] if best else UNREAD for best in found], row.answerable


def side_by_side(sentences: Sequence[tuple[Passage, Span]]) -> tuple[str, list[Span | None]]:
    """The sentences as one text in the order of their passages, and the place of each in it.

    Each stands with the sentence before it, which names what "he" and "it" are, as long as the
    text stays within MAX_CHARS. None for the place of a sentence that found no room itself; the
    first always has some.
    """
    chosen = {(passage.chunk.article_id, sentence) for passage, sentence in sentences}
    room = MAX_CHARS
    pieces: list[tuple[int, Span, int]] = []  # (index, sentence, where its piece starts)
    for i, (_, (start, end)) in enumerate(sentences):
        if i == 0 or end - start + len(BREAK) <= room:
            room -= end - start + len(BREAK)
            pieces.append((i, (start, end), start))
    for n, (i, (start, end), _) in enumerate(pieces):
        chunk = sentences[i][0].chunk
        place = chunk.sentences.index((start, end))
        if place and (chunk.article_id, chunk.sentences[place - 1]) not in chosen:
            before = chunk.sentences[place - 1][0]
            if start - before <= room:
                room -= start - before
                pieces[n] = (i, (start, end), before)
    text = ""
    places: list[Span | None] = [None] * len(sentences)
    for i, (start, end), begin in sorted(pieces, key=lambda p: (sentences[p[0]][0].rank, p[1])):
        chunk = sentences[i][0].chunk
        text += BREAK if text else ""
        places[i] = (len(text) + start - begin, len(text) + end - begin)
        text += chunk.text[begin - chunk.start : end - chunk.start]
    return text, places
