"""How far the similarity of class vectors follows that of their synsets in WordNet."""

import math
import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from semantrace.core.names import WORDNET_MEASURE_TITLES, shown_layers
from semantrace.figures.base.annotations import (
    fit_legend,
    label_levels,
    line_handle,
    significance_handles,
)
from semantrace.figures.base.layer_panel import TICK_POINTS
from semantrace.figures.base.scores import is_significant
from semantrace.figures.base.style import (
    INK,
    PAGE_WIDTH,
    PALE,
    POINTS,
    Series,
    draws,
    new_figure,
    open_frame,
    series,
)

COEFFICIENTS = {"spearman": "Spearman's coefficient", "pearson": "Pearson's coefficient"}
PANEL_HEIGHT = 2.6
PANEL_WIDTH = 2.85
"""Inches; the width without the axis' labels, roughly."""

GAP = 1.5
"""Steps from the last layer to the first layer set."""

SET_STEP = 0.12
"""Steps between the marks of two measures at a layer set, which would cover each other."""


@draws("wordnet_correlation")
def wordnet_correlation(
    correlations: pd.DataFrame,
    networks: Mapping[str, str],
    layer_titles: Mapping[str, Mapping[str, str]],
) -> tuple[Figure, pd.DataFrame]:
    """Draw the correlation of cosine and WordNet similarity by layer: a row for each network.

    Parameters
    ----------
    correlations : DataFrame
        `semantrace.core.tables.WORDNET_CORRELATIONS` of all networks.
    networks : mapping of str to str
        Titles by name, in the study's order.
    layer_titles : mapping of str to mapping of str to str
        What figures call the layers of each network, where that is not the layer's name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    titles = shown_layers(correlations["network"], correlations["name"], layer_titles)
    is_layer = correlations["scope"] == "layer"
    titles = pd.Series(titles, index=correlations.index).where(is_layer, correlations["name"])
    data = _long(correlations.assign(title=titles))
    figure = new_figure(PAGE_WIDTH, 0.6 + PANEL_HEIGHT * len(networks))
    grid = figure.add_gridspec(len(networks), len(COEFFICIENTS))
    limits = _limits(data["correlation"])
    looks = {measure: series(number) for number, measure in enumerate(WORDNET_MEASURE_TITLES)}
    for row, (network, title) in enumerate(networks.items()):
        of_network = data[data["network"] == network]
        columns = place_layers(of_network)
        of_network = of_network.merge(columns[["scope", "name", "place"]], on=["scope", "name"])
        for column, (coefficient, name) in enumerate(COEFFICIENTS.items()):
            axis = figure.add_subplot(grid[row, column])
            axis.set_ylim(*limits)
            _name_layers(axis, columns)
            rows = of_network[of_network["coefficient"] == coefficient].sort_values("place")
            for number, (measure, look) in enumerate(looks.items()):
                aside = SET_STEP * (number - (len(looks) - 1) / 2)
                _draw_measure(axis, rows[rows["measure"] == measure], look, aside)
            axis.axhline(0, color=INK, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)
            label_levels(axis, {"chance": 0.0})
            axis.set_ylabel(name)
            axis.set_title(textwrap.fill(title, 37) if column == 0 else "")
            open_frame(axis)
    handles = [
        line_handle(look, WORDNET_MEASURE_TITLES[measure]) for measure, look in looks.items()
    ]
    fit_legend(figure, [*handles, *significance_handles()])
    return figure, data


def _long(correlations: pd.DataFrame) -> pd.DataFrame:
    """Return both coefficients one to a row, with the verdict on each."""
    keys = ["network", "scope", "name", "title", "layer_index", "measure"]
    parts = []
    for coefficient in COEFFICIENTS:
        part = correlations[keys].assign(coefficient=coefficient)
        part["correlation"] = correlations[coefficient]
        for value in ("p_value", "p_family_wise"):
            part[value] = correlations[f"{coefficient}_{value}"]
        parts.append(part.assign(significant=is_significant(part)))
    return pd.concat(parts, ignore_index=True)


def _limits(values: pd.Series) -> tuple[float, float]:
    low, high = min(0.0, values.min()), max(0.05, values.max())
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def place_layers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the layers of a network and, apart at the right, its layer sets, with their places.

    Parameters
    ----------
    rows : DataFrame
        ``scope``, ``name``, ``title`` and ``layer_index``, any number of times.

    Returns
    -------
    DataFrame
        Each once, with ``place`` in steps from the first.
    """
    names = rows.drop_duplicates(["scope", "name"])[["scope", "name", "title", "layer_index"]]
    layers = names[names["scope"] == "layer"].sort_values("layer_index")
    sets = names[names["scope"] != "layer"]
    places = np.arange(len(names), dtype=float)
    places[len(layers) :] += GAP - 1
    return pd.concat([layers, sets]).assign(place=places)


def _name_layers(axis: Axes, columns: pd.DataFrame) -> None:
    """Name the layers as far as there is room, and all layer sets."""
    places, is_layer = columns["place"].to_numpy(), (columns["scope"] == "layer").to_numpy()
    edge = 0.03 * places[-1] + 0.4
    axis.set_xlim(-edge, places[-1] + edge)
    every = math.ceil(TICK_POINTS * (places[-1] + 2 * edge) / (PANEL_WIDTH * POINTS))
    shown = ~is_layer | (np.arange(len(columns)) % every == 0)
    axis.set_xticks(places[shown], columns["title"][shown], rotation=90)
    axis.set_xticks(places[~shown], minor=True)
    axis.tick_params(axis="x", which="minor", length=1.2, width=0.5)
    axis.axvline(places[~is_layer][0] - GAP / 2, color=PALE, linewidth=0.6, zorder=0)
    axis.grid(axis="y")


def _draw_measure(axis: Axes, rows: pd.DataFrame, look: Series, aside: float) -> None:
    """Draw a line through the layers, and a mark for each layer and, aside, each layer set."""
    is_layer = rows["scope"] == "layer"
    layers = rows[is_layer]
    axis.plot(
        layers["place"],
        layers["correlation"],
        color=look.colour,
        linestyle=look.line,
        linewidth=0.9,
        zorder=2,
    )
    places = rows["place"] + np.where(is_layer, 0.0, aside)
    for chosen, face in ((rows["significant"], look.colour), (~rows["significant"], "white")):
        axis.plot(
            places[chosen],
            rows.loc[chosen, "correlation"],
            color=look.colour,
            marker=look.marker,
            markerfacecolor=face,
            markeredgewidth=0.8,
            markersize=3.4,
            linestyle="none",
            zorder=3,
        )
