"""How well WordNet's names fit the clusters, beside what clusters of their sizes get by chance.

Source of the forms: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of
Abstract Semantics, figures 1 and 2.
"""

import math
import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from semantrace.figures.base.annotations import (
    fit_legend,
    label_ends,
    line_handle,
    significance_handles,
)
from semantrace.figures.base.scores import SIGNIFICANCE
from semantrace.figures.base.style import (
    COLUMN_WIDTH,
    GREY,
    PAGE_WIDTH,
    Series,
    draws,
    mix,
    new_figure,
    panel_grid,
    series,
)
from semantrace.io.tables import of_first_layer_set

NULL_LINE = (0, (1, 1.3))
BAND_ALPHA = 0.13
PANEL_HEIGHT = 2.7
LARGE_HEIGHT = 3.8
"""Inches."""

PANEL_CHARACTERS = 37
PAGE_CHARACTERS = 80
"""What fits on a line of a panel's title, and of the page."""


@draws("cluster_quality")
def cluster_quality(
    quality: pd.DataFrame, networks: Mapping[str, str], large: bool = False
) -> tuple[Figure, pd.DataFrame]:
    """Draw the mean F1 of clusters by their number, a panel for each network.

    Parameters
    ----------
    quality : DataFrame
        `semantrace.core.tables.QUALITY` of all networks.
    networks : mapping of str to str
        Titles by name.
    large : bool
        For one network: whether its panel takes the page's width and shades the null.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    data = _with_verdicts(quality)
    columns = min(len(networks), 2)
    narrow = columns == 1 and not large
    figure = new_figure(
        COLUMN_WIDTH if narrow else PAGE_WIDTH,
        0.35 + (LARGE_HEIGHT if large else PANEL_HEIGHT) * math.ceil(len(networks) / columns),
    )
    axes, is_left = panel_grid(figure, len(networks), columns)
    looks = _looks(data["layer_set"])
    axes[0].set_ylim(*_limits(data))
    for axis, left, (network, title) in zip(axes, is_left, networks.items(), strict=True):
        rows = data[data["network"] == network]
        _draw_lines(axis, dict(list(rows.groupby("layer_set", sort=False))), looks, large)
        axis.set_title(textwrap.fill(title, PAGE_CHARACTERS if large else PANEL_CHARACTERS))
        if left:
            axis.set_ylabel("Mean F1 of the clusters' labels")
    fit_legend(figure, _handles(bands=large))
    return figure, data


@draws("cluster_quality_by_network")
def cluster_quality_by_network(
    quality: pd.DataFrame, networks: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the mean F1 of the clusters of several networks, each in its first layer set.

    Parameters
    ----------
    quality, networks
        As for `cluster_quality`.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    data = _with_verdicts(of_first_layer_set(quality))
    figure = new_figure(PAGE_WIDTH, 0.6 + LARGE_HEIGHT)
    (axis,), _ = panel_grid(figure, 1, 1)
    axis.set_ylim(*_limits(data))
    looks = _looks(networks)
    lines = {network: data[data["network"] == network] for network in networks}
    _draw_lines(axis, lines, looks)
    axis.set_ylabel("Mean F1 of the clusters' labels")
    handles = [
        line_handle(
            looks[network],
            textwrap.fill(
                f"{title}, layer set “{lines[network]['layer_set'].iloc[0]}”", PAGE_CHARACTERS
            ),
        )
        for network, title in networks.items()
    ]
    fit_legend(figure, [*handles, *_handles()])
    return figure, data


def _with_verdicts(quality: pd.DataFrame) -> pd.DataFrame:
    return quality.assign(significant=quality["p_value"] < SIGNIFICANCE)


def _looks(names) -> dict[str, Series]:
    return {name: series(number) for number, name in enumerate(dict.fromkeys(names))}


def _limits(data: pd.DataFrame) -> tuple[float, float]:
    values = data[["mean_f1", "null_low", "null_high"]].to_numpy()
    margin = 0.08 * max(np.ptp(values), 0.1)
    return values.min() - margin, min(1.02, values.max() + margin)


def _draw_lines(
    axis: Axes,
    lines: Mapping[str, pd.DataFrame],
    looks: Mapping[str, Series],
    bands: bool = True,
) -> None:
    """Draw mean F1 and its null by the number of clusters, and name each line at its end."""
    ends = {}
    for name, rows in lines.items():
        rows = rows.sort_values("k")
        if bands:
            axis.fill_between(
                rows["k"],
                rows["null_low"],
                rows["null_high"],
                color=looks[name].colour,
                alpha=BAND_ALPHA,
                linewidth=0,
                zorder=1,
            )
        _draw_quality(axis, rows, looks[name])
        ends[name] = (rows["k"].iloc[-1], rows["mean_f1"].iloc[-1])
    label_ends(axis, ends, looks)
    numbers = pd.concat(lines.values())["k"]
    edge = 0.04 * np.ptp(numbers) or 0.5
    axis.set_xlim(numbers.min() - edge, numbers.max() + edge)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axis.set_xlabel("Number of clusters, k")
    axis.grid(axis="y")


def _draw_quality(axis: Axes, rows: pd.DataFrame, look: Series) -> None:
    axis.plot(
        rows["k"],
        rows["null_mean_f1"],
        color=look.colour,
        linestyle=NULL_LINE,
        linewidth=0.9,
        zorder=1.5,
    )
    axis.plot(rows["k"], rows["mean_f1"], color=look.colour, linestyle=look.line, zorder=2)
    for chosen, face in ((rows["significant"], look.colour), (~rows["significant"], "white")):
        axis.plot(
            rows.loc[chosen, "k"],
            rows.loc[chosen, "mean_f1"],
            color=look.colour,
            marker=look.marker,
            markerfacecolor=face,
            markeredgewidth=0.9,
            markersize=3.6,
            linestyle="none",
            zorder=3,
        )


def _handles(bands: bool = True) -> list:
    null = line_handle(Series(GREY, "", NULL_LINE), "mean with the classes shuffled", linewidth=0.9)
    band = Patch(facecolor=mix(GREY, "white", 0.75), label="95 % of the shuffles")
    return [null, *([band] if bands else []), *significance_handles(family="")]
