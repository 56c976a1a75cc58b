"""Texts that break splitters, for the properties of sentences and chunks."""

from hypothesis import strategies as st

_PIECES = """The ship came.|U.S.|Capt. Doe|said.The| |"|”|“|...|.|?!|、|。|ا؟"""

UGLY = st.lists(
    st.one_of(
        st.sampled_from(
            [*_PIECES.split("|"), "\n", "\r\n", "\n\n", "\u00a0", "\u200d", "e\u0301", "\0"]
        ),
        st.just("a" * 50),
        st.text(max_size=12),
    ),
    max_size=25,
).map("".join)
