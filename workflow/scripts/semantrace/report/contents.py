"""The order of the report: the question, what is found, how sure that is, and the details.

Snakemake's report sorts categories, and results in them, by their names; so these begin with
numbers and letters.
"""

from dataclasses import dataclass

CONTENTS: dict[str, dict[str, str]] = {
    "Study": {
        "summary": "Summary",
        "concept_matching": "Classes and concepts",
    },
    "Alignment by layer": {
        "two_vs_two_by_layer": "2 vs. 2 accuracy by layer",
        "two_vs_two_by_layer_{network}": "2 vs. 2 accuracy by layer of {network}",
        "two_vs_two_by_depth": "2 vs. 2 accuracy by relative depth",
        "best_layers_by_network": "Best layers by network",
        "class_vectors_by_layer": "Class vectors against words",
        "layer_map_{encoder}": "Layers of networks against layers of {encoder}",
        "one_vs_two_by_layer": "1 vs. 2 accuracy by layer",
    },
    "How sure": {
        "semantics_beyond_pixels": "Semantics beyond the pixels",
        "measures_by_layer": "Every layer by every measure",
        "matched_and_mismatched_by_layer": "Matched and mismatched correlation by layer",
        "reliability_by_layer": "Image reliability by layer",
        "accuracy_by_images": "Accuracy by images averaged",
    },
    "Concepts": {
        "concepts_by_pass_rate": "Concepts by pass rate",
        "correlation_matrices": "Correlation matrices",
    },
    "Visual embedding": {
        "cluster_quality": "Cluster quality",
        "cluster_quality_{network}": "Cluster quality of {network}",
        "cluster_quality_by_network": "Cluster quality by network",
        "cluster_labels": "Cluster labels",
        "cluster_hierarchy": "Cluster hierarchy",
        "cluster_montage": "Cluster montage",
        "partition_agreement": "Agreement of clusters",
        "wordnet_correlation": "Correlation with WordNet",
        "inversions": "Images of class vectors",
    },
    "Networks": {"network_diagram_{network}": "Diagram of {network}"},
    "Tables": {
        "best_layers": "Best layers",
        "paper_comparison": "Comparison with the paper",
        "layer_comparisons": "Comparisons of layers",
        "alignment": "Alignment",
        "best_layers_by_measure": "Best layers by measure",
        "concept_regression": "Regression of pass rates",
        "word_model_quality": "Word models",
        "cluster_names": "Cluster names",
        "cluster_label_table": "Cluster labels and members",
    },
    "Explorer": {"explorer": "Explorer"},
    "Software": {"software": "Versions of libraries"},
}
"""Titles of figures, tables and pages by name, in their categories."""


@dataclass(frozen=True)
class Place:
    """Where the report shows a result.

    Attributes
    ----------
    category, title : str
        As they stand in `CONTENTS`.
    number, letter : str
        Of the category, and of the result in it.
    """

    category: str
    title: str
    number: str
    letter: str

    @property
    def sorted_category(self) -> str:
        """The category as the report sorts it."""
        return f"{self.number} {self.category}"

    @property
    def sorted_title(self) -> str:
        """The title as the report sorts it."""
        return f"({self.letter}) {self.title}"


PLACES: dict[str, Place] = {
    name: Place(category, title, str(number), chr(ord("a") + position))
    for number, (category, titles) in enumerate(CONTENTS.items(), start=1)
    for position, (name, title) in enumerate(titles.items())
}
"""Where the report shows each result, by name and in the report's order."""
