"""Which classes of a dataset a study leaves out."""

from collections.abc import Mapping, Sequence

from semantrace.core.errors import Problems, suggest
from semantrace.images.dataset_classes import DatasetClass
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.spelling import concept_name

EXCLUDED = "concepts.exclude"
"""Where the study lists them."""


def excluded_classes(
    entries: Sequence[str],
    classes: Sequence[DatasetClass],
    names: Mapping[str, list[str]],
    wordnet: WordNet,
    problems: Problems,
) -> set[str]:
    """Return the identifiers of the classes that ``concepts.exclude`` leaves out.

    Parameters
    ----------
    entries : sequence of str
        Each the name of a class, its wnid or synset, or its concept.
    classes : sequence of DatasetClass
    names : mapping of str to list of str
        From `semantrace.words.concepts.class_names`.
    wordnet : WordNet
    problems : Problems
        Gets a line for each entry that names no class, or several.
    """
    known: list[dict[str, set[str]]] = [{}, {}]
    for one in classes:
        exact = [one.name]
        if one.wnid:
            exact += [one.wnid, wordnet.name(one.wnid)]
        for level, keys in zip(known, (exact, names[one.identifier]), strict=True):
            for key in keys:
                level.setdefault(key, set()).add(one.identifier)
    excluded = set()
    for entry in entries:
        found = known[0].get(entry) or known[1].get(concept_name(entry, False), set())
        found = found or known[1].get(concept_name(entry, True), set())
        if len(found) == 1:
            excluded |= found
        elif found:
            listed = ", ".join(sorted(found))
            problems.add(f"{EXCLUDED}: {entry!r} names several classes ({listed}); give the wnid")
        else:
            near = suggest(entry, sorted(known[0].keys() | known[1].keys()))
            problems.add(f"{EXCLUDED}: the dataset has no class {entry!r}; {near}")
    return excluded
