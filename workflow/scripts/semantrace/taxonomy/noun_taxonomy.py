"""The hypernyms of all WordNet's nouns at once, and what follows from them.

NLTK takes seconds and hundreds of megabytes to make objects of all 82,115 synsets; their hypernyms
alone are read in a tenth of a second.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

HYPERNYM = re.compile(r" @i? (\d{8}) n ")
"""Pointer to a hypernym (@) or to that of an instance (@i), as wndb(5WN) describes data.noun."""


@dataclass(frozen=True)
class NounTaxonomy:
    """The nouns and their direct hypernyms; make one with `read`.

    Attributes
    ----------
    hypernyms : mapping of str to tuple of str
        Of every synset the wnids of its direct hypernyms, those of instances included.
    """

    hypernyms: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, path: Path) -> "NounTaxonomy":
        """Read the hypernyms from WordNet's file ``data.noun``.

        Parameters
        ----------
        path : path
            Lines that begin with a space are the licence. Every other line is a synset: its
            offset, words and pointers, and after a bar its gloss.
        """
        hypernyms = {}
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith(" "):
                    pointers = HYPERNYM.findall(line.partition("|")[0])
                    hypernyms[f"n{line[:8]}"] = tuple(f"n{offset}" for offset in pointers)
        return cls(hypernyms)

    def steps_up(self, wnid: str) -> dict[str, int]:
        """Return a synset and all above it, with the steps of the shortest way up to each."""
        steps = {wnid: 0}
        waiting = deque(steps)
        while waiting:
            synset = waiting.popleft()
            for hypernym in self.hypernyms[synset]:
                if hypernym not in steps:
                    steps[hypernym] = steps[synset] + 1
                    waiting.append(hypernym)
        return steps

    def least_depths(self) -> dict[str, int]:
        """Return of every synset the steps of the shortest way up to the root."""
        return self._depths(min)

    def greatest_depths(self) -> dict[str, int]:
        """Return of every synset the steps of the longest way up to the root."""
        return self._depths(max)

    def _depths(self, choose: Callable[[Iterable[int]], int]) -> dict[str, int]:
        depths: dict[str, int] = {}

        def depth(synset: str) -> int:
            if synset not in depths:
                above = self.hypernyms[synset]
                depths[synset] = 1 + choose(map(depth, above)) if above else 0
            return depths[synset]

        for synset in self.hypernyms:
            depth(synset)
        return depths

    def hyponym_counts(self) -> Counter[str]:
        """Return of every synset the number of synsets at or under it, each counted once."""
        counts: Counter[str] = Counter()
        for synset in self.hypernyms:
            counts.update(self.steps_up(synset).keys())
        return counts
