"""2 vs. 2 accuracy against the number of images that are averaged, up to class vectors."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from semantrace.figures.alignment.class_vectors_by_layer import CLASSES, IMAGES, accuracies_of
from semantrace.figures.base.annotations import label_levels, wrap_title
from semantrace.figures.base.layer_panel import CHANCE, TITLE_CHARACTER, draw_level
from semantrace.figures.base.scores import in_study_order
from semantrace.figures.base.style import GREY, PAGE_WIDTH, draws, new_figure, panel_grid

DEPTHS = "viridis_r"
PANEL_HEIGHT = 2.4
MOST_COLUMNS = 3


@draws("accuracy_by_images")
def accuracy_by_images(
    scores: pd.DataFrame, classes: pd.DataFrame | None, networks: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw a line for each layer of each network, darker the deeper it is.

    Parameters
    ----------
    scores : DataFrame
        `semantrace.core.tables.AVERAGING`, of one word model.
    classes : DataFrame, optional
        `semantrace.core.tables.CLASS_VECTOR_ALIGNMENT`, of the same.
    networks : mapping of str to str
        Titles by name, in the study's order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    data = in_study_order(scores, networks).assign(space=IMAGES)
    if classes is not None:
        vectors = accuracies_of(classes[classes["layer_index"] > 0], networks)
        vectors = vectors.rename(columns={"raw": "accuracy"}).assign(space=CLASSES)
        data = pd.concat([data, in_study_order(vectors, networks)], ignore_index=True)
    columns = min(MOST_COLUMNS, len(networks))
    width = PAGE_WIDTH / columns - 0.4
    figure = new_figure(PAGE_WIDTH, 0.6 + PANEL_HEIGHT * math.ceil(len(networks) / columns))
    axes, is_left = panel_grid(figure, len(networks), columns)
    for axis, left, (network, title) in zip(axes, is_left, networks.items(), strict=True):
        _draw_network(axis, data[data["network"] == network])
        axis.set_title(wrap_title(figure, title, int(width / TITLE_CHARACTER), width))
        label_levels(axis, {"chance": CHANCE})
        if left:
            axis.set_ylabel("2 vs. 2 accuracy")
    bar = figure.colorbar(
        ScalarMappable(cmap=DEPTHS), ax=axes, location="bottom", shrink=0.4, aspect=30, pad=0.02
    )
    bar.set_ticks([0, 1], labels=["first layer", "last layer"])
    return figure, data


def _draw_network(axis: Axes, rows: pd.DataFrame) -> None:
    """Draw the layers of a network, and the pixels in grey."""
    draw_level(axis, CHANCE)
    counts = np.unique(rows["images"].dropna()).astype(int)
    last, deepest = counts.max(), rows["layer_index"].max()
    for index, layer in rows.groupby("layer_index"):
        depth = (index - 1) / max(deepest - 1, 1)
        colour = GREY if index == 0 else colormaps[DEPTHS](depth)
        line = layer[layer["space"] == IMAGES]
        axis.plot(line["images"], line["accuracy"], "o-", color=colour, markersize=2.5, linewidth=1)
        ends = layer[layer["space"] == CLASSES]
        axis.plot([2 * last] * len(ends), ends["accuracy"], "D", color=colour, markersize=3)
    has_classes = (rows["space"] == CLASSES).any()
    axis.set_xscale("log", base=2)
    ticks = {int(count): str(count) for count in counts}
    if has_classes:
        ticks[2 * last] = "class\nvectors"
    axis.set_xticks([*ticks], [*ticks.values()])
    axis.minorticks_off()
    axis.set_xlabel("Images averaged")
    axis.grid(axis="y")
