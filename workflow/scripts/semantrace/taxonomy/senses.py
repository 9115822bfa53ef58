"""Which of a noun's senses a class of images has.

WordNet orders the senses of a word by how often they occur in texts, where *hammerhead* is a dunce
and *otter* a fur. A photograph shows something else: first what can be seen, then what is among
the classes of ImageNet, which were chosen for that.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from semantrace.taxonomy.imagenet import class_wnids
from semantrace.taxonomy.wordnet import WordNet

PHOTOGRAPHED = frozenset(
    f"noun.{file}"
    for file in ("animal", "artifact", "plant", "food", "object", "substance", "body", "phenomenon")
)
"""WordNet's lexicographer files of what a photograph can show."""

HARVESTED = ("produce.n.01", "edible_nut.n.01", "foodstuff.n.02")
"""Fruit, vegetables, nuts, seasonings: foods that are part of the plant of the same name."""

ONLY_SENSE = "only sense"
IMAGENET_CLASS = "ImageNet class"
ABOVE_IMAGENET_CLASS = "above an ImageNet class"
PHOTOGRAPHABLE = "photographable"
MOST_FREQUENT = "most frequent"


@dataclass(frozen=True)
class Sense:
    """The sense of a word that was chosen.

    Attributes
    ----------
    wnid : str
    rule : str
        Which rule decided.
    alternatives : tuple of str
        Wnids of the other senses, most frequent first.
    tied : tuple of str
        Those of the alternatives that are classes of ImageNet too, where the chosen one is.
    """

    wnid: str
    rule: str
    alternatives: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()


class SenseChooser:
    """Chooses the sense of words.

    Parameters
    ----------
    wordnet : WordNet
    senses : {"photograph", "frequency"}
        Which sense is preferred.
    classes : collection of str, optional
        Wnids of the classes that photographs are known to show: ImageNet's 1000.
    """

    def __init__(
        self,
        wordnet: WordNet,
        senses: str = "photograph",
        classes: Collection[str] | None = None,
    ) -> None:
        self._wordnet = wordnet
        self._senses = senses
        self._classes = frozenset(class_wnids() if classes is None else classes)
        self._above = frozenset().union(*map(wordnet.hypernym_closure, self._classes))

    def choose(self, word: str) -> Sense | None:
        """Return the sense of a noun, or None where WordNet does not have it.

        Among the senses that a photograph can show (`PHOTOGRAPHED`, and no instance such as a
        person of that name) one is taken that is a class of ImageNet or has one under it; among
        several, one that is spelt with the same capitals. Where there is none, an animal goes
        before its meat and fur, and what is harvested before its plant. Of what remains, the most
        frequent sense is taken.

        Parameters
        ----------
        word : str
            A noun as `WordNet.senses` takes it.
        """
        senses = self._wordnet.senses(word)
        if not senses:
            return None
        if len(senses) == 1:
            return Sense(senses[0], ONLY_SENSE)
        chosen, rule = senses[0], MOST_FREQUENT
        if self._senses == "photograph":
            chosen, rule = self._photographed(word, senses)
        others = tuple(wnid for wnid in senses if wnid != chosen)
        tied = tuple(wnid for wnid in others if {wnid, chosen} <= self._classes)
        return Sense(chosen, rule, others, tied)

    def _photographed(self, word: str, senses: list[str]) -> tuple[str, str]:
        visible = _preferring(self._is_photographed, senses)
        known = [wnid for wnid in visible if wnid in self._above]
        if known:
            lemma = word.strip().replace(" ", "_")
            chosen = _preferring(lambda wnid: lemma in self._wordnet.lemmas(wnid), known)[0]
            return chosen, IMAGENET_CLASS if chosen in self._classes else ABOVE_IMAGENET_CLASS
        kinds = [self._wordnet.lexicographer_file(wnid) for wnid in visible]
        has_animal = "noun.animal" in kinds
        has_harvest = any(map(self._is_harvested, visible))
        yielding = set()
        for wnid, kind in zip(visible, kinds, strict=True):
            if (
                kind == "noun.substance"
                or (kind == "noun.food" and has_animal)
                or (kind == "noun.plant" and has_harvest)
            ):
                yielding.add(wnid)
        chosen = _preferring(lambda wnid: wnid not in yielding, visible)[0]
        return chosen, PHOTOGRAPHABLE if self._is_photographed(chosen) else MOST_FREQUENT

    def _is_photographed(self, wnid: str) -> bool:
        file = self._wordnet.lexicographer_file(wnid)
        return file in PHOTOGRAPHED and not self._wordnet.is_instance(wnid)

    def _is_harvested(self, wnid: str) -> bool:
        tops = map(self._wordnet.wnid, HARVESTED)
        return any(self._wordnet.is_at_or_under(wnid, top) for top in tops)


def _preferring(wanted: Callable[[str], bool], senses: Iterable[str]) -> list[str]:
    """Return the senses that are wanted, or all where none is."""
    senses = list(senses)
    return list(filter(wanted, senses)) or senses
