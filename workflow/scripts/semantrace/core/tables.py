"""The tables of a study: the one place that says which columns each has, and in which order.

What the columns hold is in `semantrace.core.columns`; `semantrace.io.tables` reads and writes
tables and holds them against what stands here. Every row tells by its columns what it belongs to.
"""

from semantrace.core.columns import COLUMNS
from semantrace.core.declarations import Table


def _table(path: str, holds: str, columns: str, optional: str = "") -> Table:
    return Table(
        path,
        holds,
        tuple(COLUMNS[name] for name in columns.split()),
        frozenset(optional.split()),
    )


_LAYER = "word_model network layer layer_index "
_ACCURACY = "accuracy accuracy_low accuracy_high "
_P = "p_value p_family_wise "
_TWO_VS_TWO = (
    f"{_LAYER}groups concepts {_ACCURACY}standard_error_logit accuracy_spread "
    "matched_correlation mismatched_correlation "
)
_PASS_RATE = f"{_LAYER}concept wnid pass_rate"
_ALIGNMENT = _LAYER + "group measure raw null_mean null_95 corrected permutations " + _P
_TITLE = "layer_title"
_BEST = f"word_model network layer {_TITLE} layer_index " + _ACCURACY + _P + "pixel_accuracy "
_COMPARISON = (
    "word_model family first_network first_layer second_network second_layer "
    "first_accuracy second_accuracy difference low high p_value p_holm note"
)
_RANKED_CONCEPT = "word_model network layer rank concept wnid pass_rate part"
_NAMED_CLUSTER = (
    "network layer_set k cluster size synset label wnid f1 precision recall "
    "second_synset second_label second_f1"
)
_ORDERED_CLUSTER = "network layer_set k place cluster size synset label f1 runner_up second_f1"
_TYPICAL_CLASS = "network layer_set k cluster size label f1 concept wnid typicality"
_QUALITY = "network layer_set k mean_f1 null_mean_f1 null_low null_high p_value "
_PARTITIONS = (
    "k first_network first_layer_set second_network second_layer_set "
    "adjusted_rand adjusted_mutual_information "
)

SOFTWARE = _table("software.tsv", "a library whose version may decide a result", "library version")
CONCEPT_MATCHING = _table(
    "concept_matching.tsv",
    "a class of the dataset: what it was taken for, and whether it became a concept",
    "class concept wnid synset definition alternatives rule images in_{word_model} kept reason",
)
CONCEPTS = _table(
    "concepts.tsv", "a concept: a class that was kept", "concept wnid images class synset"
)
IMAGES = _table(
    "images.tsv",
    "an image that is used",
    "image concept wnid path group shard sha256 width height mode",
)
LEFT_OUT_IMAGES = _table(
    "left_out_images.tsv",
    "a damaged image that was left out (`images.damaged: leave_out`)",
    "path concept reason",
)
LAYER_MAP = _table(
    "layer_maps/{encoder}.tsv",
    "a layer of a network against a layer of a text encoder, 2 vs. 2",
    "word_model text_layer network layer layer_index accuracy " + _P,
)
WORD_MODEL_QUALITY = _table(
    "tables/word_model_quality.tsv",
    "a word model against people's judgements of pairs of words",
    "word_model judged_pairs pairs known_pairs spearman imagenet_classes",
)
LAYERS = _table(
    "layers.tsv",
    "a layer that the study may list (`snakemake list_layers`)",
    "network layer kind shape values image_bytes study_bytes rectifier",
    optional="study_bytes",
)
ACCURACY = _table(
    "accuracy.tsv",
    "a network: how often it names the class of an image (`snakemake check_accuracy`)",
    "network images top_1 top_5 published_top_1 note",
)
PREDICTIONS = _table(
    "activations/{network}/{shard}/predictions.tsv",
    "one of the five likeliest classes of an image, where the network classifies",
    "network image rank wnid class probability",
)
NETWORK = _table(
    "networks/{network}.tsv",
    "a layer of a network, parents before children",
    "network layer kind shape kernel activation parents parameters short_name",
)
TWO_VS_TWO_OF_NETWORK = _table(
    "two_vs_two/{word_model}/networks/{network}/layers.tsv",
    "the 2 vs. 2 test of a layer, before all networks are one family of tests",
    _TWO_VS_TWO + "p_value",
)
TWO_VS_TWO = _table(
    "two_vs_two/{word_model}/layers.tsv",
    "the 2 vs. 2 test of a layer",
    _TWO_VS_TWO + _P,
)
PASS_RATES_OF_NETWORK = _table(
    "two_vs_two/{word_model}/networks/{network}/concepts.tsv",
    "a concept's part in the 2 vs. 2 test of a layer of one network",
    _PASS_RATE,
)
PASS_RATES = _table(
    "two_vs_two/{word_model}/concepts.tsv",
    "a concept's part in the 2 vs. 2 test of a layer",
    _PASS_RATE,
)
RANKED_CONCEPTS = _table(
    "two_vs_two/{word_model}/ranked_concepts.tsv",
    "a concept by its pass rate at the best layer of all networks",
    _RANKED_CONCEPT,
)
ONE_VS_TWO = _table(
    "one_vs_two/{network}/{word_model}.tsv",
    "the 1 vs. 2 test of a layer on misclassified images",
    _LAYER + "images correct_images misclassified_images accuracy null_mean " + _P + ""
    "binomial_p_value paper_accuracy paper_null_mean paper_p_value note",
)
ONE_VS_TWO_IMAGES = _table(
    "one_vs_two/{network}/images/{word_model}.tsv",
    "a misclassified image in the 1 vs. 2 test of a layer",
    _LAYER + "group image concept wnid predicted_wnid predicted_word passed paper_passed",
)
ALIGNMENT = _table(
    "alignment/{word_model}.tsv",
    "a layer by one measure, beside what chance gives",
    _ALIGNMENT,
)
CLASS_VECTOR_ALIGNMENT = _table(
    "class_vector_alignment/{word_model}.tsv",
    "a layer or layer set of class vectors by one measure, beside what chance gives",
    _ALIGNMENT,
)
CONTROLS = _table(
    "controls/{word_model}.tsv",
    "what a layer shares with words that a control does not",
    _LAYER + "given partial unique_variance " + _P,
)
AVERAGING = _table(
    "averaging/{word_model}.tsv",
    "the 2 vs. 2 test of a layer, of the mean of so many images of each concept",
    _LAYER + "images batches " + _ACCURACY + _P,
)
COMPARISONS = _table(
    "comparisons/{word_model}.tsv",
    "two layers, or two networks, by their 2 vs. 2 accuracy",
    _COMPARISON,
)
RELIABILITY = _table(
    "reliability.tsv",
    "how far the images of different groups agree in a layer",
    "network layer layer_index groups reliability reliability_spread "
    "rsa_ceiling_low rsa_ceiling_high",
)
ASSIGNMENTS = _table(
    "clusters/{network}/assignments.tsv",
    "a class in a clustering",
    "network layer_set k wnid concept cluster typicality",
)
LABELS = _table(
    "clusters/{network}/labels.tsv",
    "a cluster and the synset that names it",
    _NAMED_CLUSTER,
)
QUALITY = _table(
    "clusters/{network}/quality.tsv",
    "a clustering: how well WordNet names it",
    _QUALITY,
)
AGREEMENT = _table(
    "clusters/agreement.tsv",
    "two clusterings into as many clusters",
    _PARTITIONS + "line_name",
)
ORDERED_CLUSTERS = _table(
    "clusters/ordered.tsv",
    "a cluster of a clustering into few, each row of them in the order of the one before",
    _ORDERED_CLUSTER,
)
FLOWS = _table(
    "clusters/flows.tsv",
    "the classes that go from a cluster to one of the next k, of one cluster of the smallest k",
    "network layer_set k cluster label size first_cluster next_cluster next_label classes "
    "place first_place next_place",
)
TYPICAL_CLASSES = _table(
    "clusters/typical_classes.tsv",
    "one of the most typical classes of a cluster",
    _TYPICAL_CLASS,
)
WORDNET_CORRELATIONS = _table(
    "wordnet_correlations/{network}.tsv",
    "the similarity of classes in a layer or layer set, and in WordNet",
    "network scope name layer_index measure pearson pearson_p_value pearson_p_family_wise "
    "spearman spearman_p_value spearman_p_family_wise",
)
BEST_LAYERS = _table(
    "tables/best_layers.tsv",
    "the layer of a network of highest 2 vs. 2 accuracy",
    _BEST,
    optional=_TITLE,
)
PAPER_COMPARISON = _table(
    "tables/paper_comparison.tsv",
    "the best layer of a network beside what has been published",
    _BEST + "published_layer published_accuracy source accuracy_at_published_layer difference",
    optional=_TITLE,
)
ALIGNMENTS = _table(
    "tables/alignment.tsv",
    "a layer by one measure, beside what chance gives, against all word models",
    _ALIGNMENT,
)
BEST_LAYERS_BY_MEASURE = _table(
    "tables/best_layers_by_measure.tsv",
    "the best layer of a network by one measure",
    f"word_model measure network layer {_TITLE} layer_index corrected " + _P + "network_place "
    "same_layer same_place rank_correlation",
    optional=_TITLE,
)
CONCEPT_REGRESSION = _table(
    "tables/concept_regression.tsv",
    "what goes along with the pass rates of concepts at the best layer of a network",
    "word_model network layer predictor standardised_coefficient p_value r_squared concepts",
)
LAYER_COMPARISONS = _table(
    "tables/layer_comparisons.tsv",
    "two layers, or two networks, against any word model; layers by what figures call them",
    _COMPARISON,
)
CLUSTER_LABELS = _table(
    "tables/cluster_labels.tsv",
    "a cluster with its name and members",
    f"{_NAMED_CLUSTER} members",
)
CLUSTER_NAMES = _table(
    "tables/cluster_names.tsv",
    "a clustering, its clusters' names side by side",
    "network layer_set k cluster_{place}",
)

_SCORE_FIGURE = _LAYER + _ACCURACY + _P + "significant"
_QUALITY_FIGURE = _QUALITY + "significant"
FIGURE_DATA: dict[str, Table] = {
    name: _table(f"figures/{name}.tsv", holds, columns)
    for name, holds, columns in (
        ("two_vs_two_by_layer", "a mark", _SCORE_FIGURE),
        ("two_vs_two_by_layer_{network}", "a mark", _SCORE_FIGURE),
        ("two_vs_two_by_depth", "a mark", _LAYER + "depth accuracy " + _P + "significant"),
        (
            "best_layers_by_network",
            "a mark",
            "place word_model network layer layer_index " + _ACCURACY + _P + "pixel_accuracy",
        ),
        (
            "one_vs_two_by_layer",
            "a layer; one without a result says why",
            _LAYER + "images accuracy null_mean " + _P + "significant "
            "paper_accuracy paper_null_mean paper_p_value paper_significant note",
        ),
        (
            "matched_and_mismatched_by_layer",
            "a pair of marks",
            _LAYER + "matched_correlation mismatched_correlation",
        ),
        (
            "semantics_beyond_pixels",
            "a mark",
            _LAYER + "given partial unique_variance " + _P + "significant",
        ),
        (
            "accuracy_by_images",
            "a mark; no number of images for class vectors, which average all of them",
            "space " + _LAYER + "images accuracy",
        ),
        (
            "class_vectors_by_layer",
            "a mark",
            "space " + _LAYER + "raw " + _P + "significant",
        ),
        (
            "measures_by_layer",
            "a mark",
            _LAYER + "depth measure corrected " + _P + "significant",
        ),
        ("reliability_by_layer", "a mark", "against network layer layer_index accuracy spread"),
        (
            "concepts_by_pass_rate",
            "a concept",
            _RANKED_CONCEPT,
        ),
        (
            "correlation_matrices",
            "two concepts",
            "word_model network layer row column row_concept column_concept "
            "word_correlation image_correlation",
        ),
        (
            "layer_map_{encoder}",
            "a cell",
            "word_model text_layer network layer layer_index accuracy " + _P + "significant",
        ),
        ("cluster_quality", "a mark", _QUALITY_FIGURE),
        ("cluster_quality_{network}", "a mark", _QUALITY_FIGURE),
        ("cluster_quality_by_network", "a mark", _QUALITY_FIGURE),
        (
            "cluster_labels",
            "a box",
            _ORDERED_CLUSTER,
        ),
        (
            "cluster_hierarchy",
            "a ribbon",
            "network layer_set k cluster label size first_cluster next_cluster next_label classes",
        ),
        (
            "cluster_montage",
            "an image",
            _TYPICAL_CLASS,
        ),
        (
            "partition_agreement",
            "two clusterings",
            _PARTITIONS + "line",
        ),
        (
            "wordnet_correlation",
            "a mark",
            "network scope name layer_index measure coefficient correlation " + _P + "significant",
        ),
        (
            "inversions",
            "a layer of an image",
            "network concept wnid images image layer cosine mean_cosine",
        ),
        (
            "network_diagram_{network}",
            "a box",
            "network box layers kind kernel shape parents used_layer title row column lane",
        ),
    )
}
"""What each figure's own table holds, by the figure's name."""
