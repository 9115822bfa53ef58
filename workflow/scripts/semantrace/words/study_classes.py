"""The classes of a study: what each of them means, which words may name it, and which are used."""

from collections.abc import Mapping
from dataclasses import dataclass

from semantrace.core.errors import Problems
from semantrace.images.dataset_classes import DatasetClass
from semantrace.images.datasets import Dataset
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.class_exclusion import excluded_classes
from semantrace.words.class_resolution import resolve_classes
from semantrace.words.concepts import ConceptMatching, class_names, match_concepts
from semantrace.words.word_vectors import WordVectors


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
    def of(
        cls, dataset: Dataset, study: Mapping, wordnet: WordNet, problems: Problems
    ) -> "StudyClasses":
        """Find the meaning of every class of a dataset.

        Parameters
        ----------
        dataset : Dataset
        study : mapping
            The study's ``dataset`` and ``concepts``.
        wordnet : WordNet
        problems : Problems
            Gets a line for each class that has no meaning, which is not among those returned, and
            for each exclusion that names none.
        """
        settings = study["concepts"]
        table = study["dataset"].get("classes")
        senses, exclude = settings["senses"], settings["exclude"]
        named = {one.name for one in dataset.classes}
        classes = resolve_classes(dataset.classes, table, senses, wordnet, problems, exclude)
        names = class_names(classes, wordnet, settings["match"], settings["lowercase"])
        # Without a meaning a class is left out already, and takes no other's place.
        unknown = named - {one.name for one in classes}
        exclude = [entry for entry in exclude if entry not in unknown]
        excluded = excluded_classes(exclude, classes, names, wordnet, problems)
        return cls(classes, names, excluded)

    @property
    def used(self) -> list[DatasetClass]:
        """The classes that are not left out."""
        return [one for one in self.classes if one.identifier not in self.excluded]

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
        images = dataset.images["class"].value_counts().to_dict()
        return match_concepts(self.classes, self.names, images, known, wordnet, self.excluded)
