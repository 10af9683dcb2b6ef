"""Where pixels and rows lie: on the sky, in the spectrum, in time. Judged by effect, not by the text of cards."""
