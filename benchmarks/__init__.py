"""Footnote beside the ordinary chain, on the seeds and on public data. Commands: README.md here."""
