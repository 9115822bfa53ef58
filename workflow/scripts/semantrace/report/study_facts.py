"""What the summary of a study is made of: its settings, its tables, and where its results lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from semantrace.core import tables as known
from semantrace.core.declarations import Table
from semantrace.report.titles import Titles

SUMMARY_TABLES: dict[str, Table] = {
    "matching": known.CONCEPT_MATCHING,
    "images": known.IMAGES,
    "left_out": known.LEFT_OUT_IMAGES,
    "software": known.SOFTWARE,
    "scores": known.TWO_VS_TWO,
    "best": known.BEST_LAYERS,
    "alignment": known.ALIGNMENTS,
    "by_measure": known.BEST_LAYERS_BY_MEASURE,
    "controls": known.CONTROLS,
    "comparisons": known.LAYER_COMPARISONS,
    "regression": known.CONCEPT_REGRESSION,
    "one_vs_two": known.ONE_VS_TWO,
    "ranked": known.RANKED_CONCEPTS,
    "word_models": known.WORD_MODEL_QUALITY,
    "reliability": known.RELIABILITY,
    "clusters": known.ORDERED_CLUSTERS,
    "quality": known.QUALITY,
    "wordnet": known.WORDNET_CORRELATIONS,
}
"""The tables that the summary quotes, by the name of the job's input; a study may lack some."""


@dataclass(frozen=True)
class Result:
    """A figure, table or page of the report.

    Attributes
    ----------
    category, title : str
    path : str
        As Snakemake knows it.
    """

    category: str
    title: str
    path: str


@dataclass(frozen=True)
class StudyFacts:
    """All that the summary of a study says.

    Attributes
    ----------
    name : str
    folder : path
        Of the study's results.
    settings : mapping
        The study as its checked file says it, with paths as they were written.
    config : mapping
        What all studies share.
    layers : mapping of str to int
        How many layers the study lists for each network, with patterns resolved.
    titles : Titles
    tables : mapping of str to DataFrame
        By the names of `SUMMARY_TABLES`; those that the study lacks are absent.
    figures : mapping of str to path
        PNG files that the page shows, by the figure's name.
    results : sequence of Result
        All that the report shows, in its order.
    """

    name: str
    folder: Path
    settings: Mapping[str, Any]
    config: Mapping[str, Any]
    layers: Mapping[str, int]
    titles: Titles
    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, str]
    results: Sequence[Result] = ()
