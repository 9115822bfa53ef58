"""What jobs that score layers take of memory: little more for many layers and groups than for few.

Matrices are read in parts of a bounded size. What grows with their number is what is kept of each:
its score under every permutation, and by every concept.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScoringSize:
    """What of a scoring job decides its memory.

    Attributes
    ----------
    concepts : int
        k.
    permutations : int
        N.
    matrices : int
        k×k matrices that are scored: layers times groups.
    threads : int
        Of the numerical libraries.
    """

    concepts: int
    permutations: int
    matrices: int
    threads: int


@dataclass(frozen=True)
class ScoringMemory:
    """What a kind of scoring job takes.

    Attributes
    ----------
    megabytes : int
        In any case: libraries, and parts of matrices.
    matrices, of_thread : int
        k×k arrays of 8 bytes that are held besides, by the job and by each of its threads.
    copies : int
        Of N + k numbers of 8 bytes for each matrix that is scored.
    """

    megabytes: int
    matrices: int
    of_thread: int
    copies: int

    def of(self, size: ScoringSize) -> int:
        """Return megabytes of a job of this size."""
        arrays = self.matrices + self.of_thread * size.threads
        kept = self.copies * size.matrices * (size.permutations + size.concepts)
        return round(self.megabytes + 8e-6 * (arrays * size.concepts**2 + kept))


SCORING_MEMORY = {
    "score_two_vs_two": ScoringMemory(600, 25, 4, 5),
    "score_alignment": ScoringMemory(1500, 20, 20, 10),
    "score_controls": ScoringMemory(500, 20, 0, 5),
    "score_averaging": ScoringMemory(600, 25, 4, 5),
    "score_class_vectors": ScoringMemory(1500, 20, 20, 10),
    "score_reliability": ScoringMemory(400, 35, 0, 0),
    "score_one_vs_two": ScoringMemory(1200, 20, 0, 8),
}
"""By the name of the rule."""
