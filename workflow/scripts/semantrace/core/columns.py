"""What the columns of a study's tables hold: a name means the same in every table that has it."""

from dataclasses import dataclass

TEXT, WHOLE, NUMBER, TRUTH = "text", "whole number", "number", "true or false"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        With a part in braces it stands for a column of each value of that part:
        ``in_{word_model}``.
    kind : {"text", "whole number", "number", "true or false"}
    meaning : str
        What a cell holds, with its unit and what an empty cell says.
    """

    name: str
    kind: str
    meaning: str


_TEXT = {
    "activation": "function that the layer itself applies; empty where it applies none",
    "against": "images, or the word model",
    "alternatives": "the word's other senses, with their definitions",
    "class": "the dataset's own name of the class",
    "coefficient": "spearman or pearson",
    "column_concept": "concept of the matrix' column",
    "concept": "word of a class, as it is looked up in word vectors",
    "definition": "of the synset",
    "family": "layers (neighbouring ones) or networks",
    "first_layer": "layer that is compared",
    "first_layer_set": "layer set that is compared",
    "first_network": "network that is compared",
    "group": "number of the image's group; empty for an image used in class vectors only",
    "image": "identifier of an image: its class and its number there",
    "kernel": "window of a convolution or pool",
    "kind": "class of the layer in Keras",
    "label": "first lemma of the cluster's synset",
    "layer": "name of a layer; pixels for the image as the network gets it",
    "layer_set": "name of a set of layers of the study",
    "layer_title": "what figures call the layer",
    "library": "name of a library, or python",
    "layers": "the layers that the box stands for",
    "line": "panel in which the pair has a line; empty where it has none",
    "line_name": "name of the pair's line in the figure; empty where it has none",
    "measure": "similarity of two synsets in WordNet",
    "members": "concepts of the cluster by decreasing typicality",
    "mode": "colour mode of the image file",
    "name": "of the layer or layer set",
    "network": "name of a network of the study",
    "next_label": "label of the next cluster",
    "note": "why there is no result, or which groups were left out",
    "parents": "what the layer or box takes as its input, separated by commas",
    "part": "carries or breaks the score; empty between",
    "path": "of the image file below the dataset's folder",
    "predicted_wnid": "synset of the predicted class; empty outside WordNet",
    "predicted_word": "word of the predicted class",
    "published_layer": "best layer that was published; empty where there is none",
    "reason": "why it was left out",
    "row_concept": "concept of the matrix' row",
    "rule": "why the class has this synset",
    "runner_up": "label of the second synset where its F1 is near the first's",
    "scope": "layer or layer_set",
    "second_label": "first lemma of the synset of second highest F1",
    "second_layer": "layer that it is compared with",
    "second_layer_set": "layer set that it is compared with",
    "second_network": "network that it is compared with",
    "second_synset": "synset of second highest F1",
    "sha256": "of the image file",
    "shape": "of one image's output",
    "short_name": "name of a layer inside a model without that model's",
    "source": "of the published accuracy",
    "synset": "name of the synset in WordNet 3.0; empty outside WordNet",
    "title": "what figures call it",
    "version": "of the library that was installed",
    "used_layer": "layer of the study that the box stands for",
    "wnid": "identifier of the synset in WordNet 3.0; empty outside WordNet",
    "word_model": "name of a model of word vectors of the study",
    "in_{word_model}": "whether the model has a word of the class",
    "cluster_{place}": "label of the cluster at this place, with its runner-up; empty beyond the "
    "last",
}
_WHOLE = {
    "box": "number of the box",
    "classes": "how many classes go from one cluster to the other",
    "cluster": "number of the cluster: 0 is the largest",
    "column": "place in the matrix or diagram, from 1",
    "concepts": "how many were scored",
    "correct_images": "images that the network classified correctly",
    "first_cluster": "where these classes are at the smallest k",
    "first_place": "place of the cluster at the smallest k",
    "groups": "over how many the scores are averaged",
    "height": "pixels, upright",
    "images": "how many",
    "k": "number of clusters",
    "lane": "column of the diagram within its row",
    "layer_index": "place in the study's list of layers from 1; 0 for pixels and for layer sets",
    "misclassified_images": "the other images",
    "next_cluster": "where these classes are at the next k; empty at the last",
    "next_place": "place of the cluster at the next k; 0 at the last",
    "parameters": "how many weights the layer has",
    "place": "from the left or the top, from 1",
    "rank": "from 1",
    "row": "place in the matrix or diagram, from 1",
    "shard": "number of the image's shard",
    "size": "classes in the cluster",
    "width": "pixels, upright",
}
_NUMBER = {
    "accuracy": "share of tests passed, averaged over groups",
    "accuracy_at_published_layer": "here, at the published layer",
    "accuracy_high": "upper end of the 95 % jackknife interval",
    "accuracy_low": "lower end of the 95 % jackknife interval",
    "accuracy_spread": "standard deviation over groups; empty with one group",
    "adjusted_mutual_information": "of the two partitions: 1 when equal, 0 on average by chance",
    "adjusted_rand": "of the two partitions: 1 when equal, 0 on average by chance",
    "binomial_p_value": "as if images were independent, for comparison",
    "correlation": "the coefficient's value",
    "cosine": "of the finished image's activations and the class vector in the layer",
    "difference": "second less first; here less published",
    "f1": "of the cluster and its synset",
    "first_accuracy": "of the first layer",
    "high": "upper end of the 95 % interval of the difference",
    "image_correlation": "of the two concepts' images, averaged over groups",
    "low": "lower end of the 95 % interval of the difference",
    "matched_correlation": "mean correlation of a concept's word and image rows",
    "mean_cosine": "over the layers that were matched",
    "mean_f1": "over the clusters that have a name",
    "mismatched_correlation": "mean correlation of one concept's word and another's image row",
    "null_high": "97.5 % of the mean F1 of shuffled classes",
    "null_low": "2.5 % of the mean F1 of shuffled classes",
    "null_mean": "mean under the permutations",
    "null_mean_f1": "mean F1 of shuffled classes in clusters of the same sizes",
    "p_family_wise": "against the highest of all layers; empty for pixels and layer sets",
    "p_holm": "corrected within the family; empty where nothing was tested",
    "p_value": "from the permutations; of comparisons two-sided, and empty where nothing was "
    "tested",
    "paper_accuracy": "with the predicted concept's column kept, as in the paper",
    "paper_null_mean": "of that form",
    "paper_p_value": "of that form, for one layer",
    "pass_rate": "share of the concept's tests passed",
    "pearson": "Pearson's coefficient",
    "pearson_p_family_wise": "against the highest of all layers; empty for pixels and layer sets",
    "pearson_p_value": "from the permutations",
    "pixel_accuracy": "accuracy of the pixels",
    "precision": "part of the cluster that is under the synset",
    "probability": "that the network gives the class",
    "published_accuracy": "of the published layer",
    "recall": "part of the study's classes under the synset that are in the cluster",
    "reliability": "2 vs. 2 accuracy of one group's images against the mean of the others'",
    "reliability_spread": "standard deviation over groups; empty with two groups",
    "second_accuracy": "of the second layer",
    "second_f1": "of the second synset",
    "spearman": "Spearman's coefficient",
    "spearman_p_family_wise": "against the highest of all layers; empty for pixels and layer sets",
    "spearman_p_value": "from the permutations",
    "spread": "standard deviation over groups; empty where there is none",
    "standard_error_logit": "of the accuracy's logit, by the jackknife",
    "typicality": "mean cosine of the class with the others of its cluster",
    "word_correlation": "of the two concepts' words",
}
_TRUTH = {
    "kept": "whether the class is a concept",
    "paper_passed": "whether the test was passed with the predicted concept's column kept",
    "paper_significant": "whether paper_p_value is below 0.05",
    "passed": "whether the test was passed",
    "significant": "whether the family-wise p, or p where there is no family, is below 0.05",
}

COLUMNS: dict[str, Column] = {
    name: Column(name, kind, meaning)
    for kind, meanings in ((TEXT, _TEXT), (WHOLE, _WHOLE), (NUMBER, _NUMBER), (TRUTH, _TRUTH))
    for name, meaning in meanings.items()
}
"""Every column of every table, by name."""
