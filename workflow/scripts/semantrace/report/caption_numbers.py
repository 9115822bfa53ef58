"""The numbers of a run that captions of the report quote, by figure."""

from collections.abc import Callable

import pandas as pd

from semantrace.report import alignment_captions as alignment
from semantrace.report import embedding_captions as embedding
from semantrace.report.markup import paragraph
from semantrace.report.titles import Titles

QUOTED: dict[str, Callable[[pd.DataFrame, Titles], list[str]]] = {
    "two_vs_two_by_layer": alignment.two_vs_two_by_layer,
    "two_vs_two_by_layer_{network}": alignment.two_vs_two_by_layer,
    "two_vs_two_by_depth": alignment.two_vs_two_by_depth,
    "best_layers_by_network": alignment.best_layers_by_network,
    "one_vs_two_by_layer": alignment.one_vs_two_by_layer,
    "measures_by_layer": alignment.measures_by_layer,
    "semantics_beyond_pixels": alignment.semantics_beyond_pixels,
    "class_vectors_by_layer": alignment.class_vectors_by_layer,
    "accuracy_by_images": alignment.accuracy_by_images,
    "reliability_by_layer": alignment.reliability_by_layer,
    "concepts_by_pass_rate": alignment.concepts_by_pass_rate,
    "cluster_quality": embedding.cluster_quality,
    "cluster_quality_{network}": embedding.cluster_quality,
    "cluster_quality_by_network": embedding.cluster_quality,
    "wordnet_correlation": embedding.wordnet_correlation,
    "inversions": embedding.inversions,
}
"""What is said of the data drawn in each figure, by its name in `core.tables.FIGURE_DATA`."""


def caption_numbers(figure: str, data: pd.DataFrame, titles: Titles) -> str:
    """Return the paragraph, in HTML, that a figure's caption quotes.

    Parameters
    ----------
    figure : str
        A name of `QUOTED`.
    data : DataFrame
        What is drawn, as the figure's own table has it.
    titles : Titles
    """
    sentences = [] if data.empty else [*filter(None, QUOTED[figure](data, titles))]
    return paragraph("In this run.", *sentences) if sentences else ""
