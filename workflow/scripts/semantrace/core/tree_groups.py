"""What names a branch of the tree of concepts, for what makes the tree and what shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TreeGroup:
    """Neighbouring leaves of the tree that a synset names.

    Attributes
    ----------
    start, end : int
        Positions of its first leaf and one after its last.
    label : str
    f1 : float
    """

    start: int
    end: int
    label: str
    f1: float
