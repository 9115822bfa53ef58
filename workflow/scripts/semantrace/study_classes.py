"""The classes of a study: what each of them means, which words may name it, and which are used."""

from collections.abc import Mapping
from dataclasses import dataclass

from semantrace.class_exclusion import excluded_classes
from semantrace.class_resolution import resolve_classes
from semantrace.concepts import ConceptMatching, class_names, match_concepts
from semantrace.dataset_classes import DatasetClass
from semantrace.datasets import Dataset
from semantrace.errors import Problems
from semantrace.word_vectors import WordVectors
from semantrace.wordnet import WordNet


@dataclass(frozen=True)
class StudyClasses:
    """Classes with their meanings; make them with `of`.

    Attributes
    ----------
    classes : list of DatasetClass
    names : dict of str to list of str
        By class, the words that may name it, the preferred one first.
    excluded : set of str
        Identifiers of the classes that the study leaves out.
    """

    classes: list[DatasetClass]
    names: dict[str, list[str]]
    excluded: set[str]

    @classmethod
    def of(cls, dataset: Dataset, study: Mapping, wordnet: WordNet) -> "StudyClasses":
        """Find the meaning of every class of a dataset.

        Parameters
        ----------
        dataset : Dataset
        study : mapping
            The study's ``dataset`` and ``concepts``.
        wordnet : WordNet

        Raises
        ------
        InputError
            A line for each class that has no meaning, and for each exclusion that names none.
        """
        settings, problems = study["concepts"], Problems()
        table = study["dataset"].get("classes")
        classes = resolve_classes(dataset.classes, table, settings["senses"], wordnet, problems)
        names = class_names(classes, wordnet, settings["match"], settings["lowercase"])
        excluded = excluded_classes(settings["exclude"], classes, names, wordnet, problems)
        problems.raise_if_any()
        return cls(classes, names, excluded)

    @property
    def used_names(self) -> dict[str, list[str]]:
        """The names of the classes that are not left out."""
        return {key: words for key, words in self.names.items() if key not in self.excluded}

    def match(
        self, dataset: Dataset, models: Mapping[str, WordVectors], wordnet: WordNet
    ) -> ConceptMatching:
        """Choose a word for each class that has one in all models; see `match_concepts`."""
        wanted = {name for words in self.names.values() for name in words}
        known = {model: vectors.rows(wanted) for model, vectors in models.items()}
        images = dataset.pictures["class"].value_counts().to_dict()
        return match_concepts(self.classes, self.names, images, known, wordnet, self.excluded)
