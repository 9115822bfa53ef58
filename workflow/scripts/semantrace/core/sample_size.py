"""How many concepts a statement needs."""

FEWEST_CONCEPTS = 6
"""Concepts from which on p-values can say something. Where images and words agree perfectly, the
median p of the 2 vs. 2 test is 0.08 with four concepts, 0.03 with five and 0.01 with six: several
of the few orders there are pass all pairs."""


def too_few(concepts: int) -> str:
    """Say that there are fewer concepts than a statement needs."""
    return f"{concepts} concepts: from fewer than {FEWEST_CONCEPTS}, p-values say nothing"
