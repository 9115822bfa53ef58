"""Names that a study cannot give to anything of its own."""

PIXELS = "pixels"
"""Layer zero of every network: the resized RGB image before the network's preprocessing."""

WORDS = "words"
"""Where the correlations of word vectors lie, beside those of the networks."""
