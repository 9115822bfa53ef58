"""2 vs. 2 accuracy of class vectors beside that of single images: the two papers in one figure."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from semantrace.figures.base.annotations import fit_legend, line_handle, significance_handles
from semantrace.figures.base.layer_panel import (
    CHANCE,
    LayerPanel,
    draw_marks,
    layer_figure,
    network_panels,
)
from semantrace.figures.base.scores import in_study_order, is_significant
from semantrace.figures.base.style import PALE, draws, series

IMAGES, CLASSES = "images", "class_vectors"
SPACES = {IMAGES: "one image of each concept", CLASSES: "class vectors"}


@draws("class_vectors_by_layer")
def class_vectors_by_layer(
    images: pd.DataFrame, classes: pd.DataFrame, networks: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw both accuracies by layer, and those of layer sets at the right of each panel.

    Parameters
    ----------
    images, classes : DataFrame
        From `semantrace.io.tables.read_scores`, with `semantrace.core.tables.ALIGNMENT` and
        `semantrace.core.tables.CLASS_VECTOR_ALIGNMENT`, of one word model.
    networks : mapping of str to str
        Titles by name, in the study's order; those without class vectors are left out.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    shown = {name: networks[name] for name in networks if name in {*classes["network"]}}
    data = pd.concat(
        [
            in_study_order(accuracies_of(scores, shown), shown).assign(space=space)
            for space, scores in ((IMAGES, images), (CLASSES, classes))
        ],
        ignore_index=True,
    )
    data = data.assign(significant=is_significant(data))
    columns, figure = layer_figure(len(shown), data, height=2.5)
    limits = min(CHANCE, data["raw"].min()) - 0.03, min(1.02, data["raw"].max() + 0.04)
    label = "2 vs. 2 accuracy"
    for _, panel, rows in network_panels(figure, columns, data, shown, label, CHANCE):
        panel.axis.set_ylim(limits)
        of_images, of_classes = (rows[rows["space"] == space] for space in SPACES)
        is_layer = of_classes["layer_index"] > 0
        for number, marks in enumerate((of_images, of_classes[is_layer])):
            draw_marks(panel, marks, "raw", marks["significant"], series(number))
        _draw_sets(panel, of_classes[~is_layer])
    handles = [line_handle(series(number), title) for number, title in enumerate(SPACES.values())]
    fit_legend(figure, [*handles, *significance_handles()])
    return figure, data


def accuracies_of(scores: pd.DataFrame, networks: Mapping[str, str]) -> pd.DataFrame:
    """Return the 2 vs. 2 scores of some networks, averaged over groups, out of those by measure."""
    chosen = (scores["measure"] == "two_vs_two") & (scores["group"] == "mean")
    return scores[chosen & scores["network"].isin([*networks])]


def _draw_sets(panel: LayerPanel, rows: pd.DataFrame) -> None:
    """Draw layer sets at the right of the layers, each a mark with its name below."""
    axis, look = panel.axis, series(1)
    names = [label.get_text() for label in axis.get_xticklabels()]
    right = axis.get_xlim()[1]
    positions = right + 0.5 + 1.5 * np.arange(len(rows))
    axis.set_xticks([*axis.get_xticks(), *positions], [*names, *rows["layer"]], rotation=90)
    axis.axvline(right, color=PALE, linewidth=0.6, zorder=0)
    axis.set_xlim(right=positions[-1] + 1)
    for position, row in zip(positions, rows.itertuples(), strict=True):
        axis.plot(
            position,
            row.raw,
            look.marker,
            color=look.colour,
            markerfacecolor=look.colour if row.significant else "white",
            markersize=panel.marker_size,
        )
