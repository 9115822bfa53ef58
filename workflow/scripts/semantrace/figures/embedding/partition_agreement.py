"""How far the clusters of different layer sets and networks agree."""

import itertools
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from seaborn import light_palette

from semantrace.figures.base.annotations import fit_legend, label_ends, line_handle
from semantrace.figures.base.style import (
    COLUMN_WIDTH,
    GREY,
    INK,
    PAGE_WIDTH,
    SMALL,
    Series,
    draws,
    mix,
    new_figure,
    open_frame,
    series,
)

Partition = tuple[str, str]
"""A network and one of its layer sets."""

RAND, INFORMATION = "adjusted_rand", "adjusted_mutual_information"
PANEL_HEIGHT = 2.6
"""Inches."""

MATRIX_MARGIN = 1.2
CELL = 0.28
"""Inches of the matrix for its labels, and for each partition."""

MOST_NUMBERS = 9
"""Partitions with room for a number in each cell of the matrix."""

TITLE_CHARACTERS = 37
CHANCE_LINE = (0, (5, 2))
DARK = 0.6
"""A value above which the tint wants white type."""

TINTS = light_palette("#0173b2", as_cmap=True)


@dataclass(frozen=True)
class Lines:
    """What one panel draws: pairs of partitions (`pair_key`), by the name of their line."""

    title: str
    pairs: Mapping[str, str]


@draws("partition_agreement")
def partition_agreement(
    agreement: pd.DataFrame,
    networks: Mapping[str, str],
    layer_sets: Mapping[str, Sequence[str]],
) -> tuple[Figure, pd.DataFrame]:
    """Draw the agreement of every two partitions, and that of chosen ones by number of clusters.

    Parameters
    ----------
    agreement : DataFrame
        `semantrace.core.tables.AGREEMENT`.
    networks : mapping of str to str
        Titles by name, in the study's order.
    layer_sets : mapping of str to sequence of str
        The layer sets of each network, in the study's order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each pair and number of clusters; ``line`` is the panel where it has a line.
    """
    partitions = [(network, name) for network in networks for name in layer_sets[network]]
    data = _with_pairs(agreement)
    panels = _panels(data, networks)
    has_matrix = len(partitions) > 2
    count = len(panels) + has_matrix
    columns = min(count, 2)
    width = PAGE_WIDTH if columns > 1 else COLUMN_WIDTH
    heights = [PANEL_HEIGHT] * math.ceil(count / columns)
    if has_matrix:
        heights[0] = max(PANEL_HEIGHT, MATRIX_MARGIN + CELL * len(partitions))
    figure = new_figure(width, 0.4 + sum(heights))
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
    if has_matrix:
        _draw_matrix(figure.add_subplot(grid[0, 0]), data, partitions)
    limits = _limits(data)
    for place, panel in enumerate(panels, start=int(has_matrix)):
        axis = figure.add_subplot(grid[divmod(place, columns)])
        axis.set_ylim(*limits)
        _draw_panel(axis, data, panel)
        axis.set_ylabel("Agreement of clusters")
    fit_legend(figure, _handles())
    drawn = {pair: panel.title for panel in panels for pair in panel.pairs.values()}
    data["line"] = data["pair"].map(drawn).fillna("")
    return figure, data


def _panels(agreement: pd.DataFrame, networks: Mapping[str, str]) -> list[Lines]:
    """Return the lines of every two networks, then those within each, as far as there are any."""
    chosen = agreement[agreement["line_name"] != ""].drop_duplicates("pair")
    titles = {
        **{
            (first, second): f"{networks[first]} and {networks[second]}"
            for first, second in itertools.combinations(networks, 2)
        },
        **{(network, network): f"Within {title}" for network, title in networks.items()},
    }
    panels = []
    for (first, second), title in titles.items():
        here = chosen[(chosen["first_network"] == first) & (chosen["second_network"] == second)]
        if len(here):
            panels.append(Lines(title, dict(zip(here["line_name"], here["pair"], strict=True))))
    return panels


def pair_key(one: Partition, two: Partition) -> str:
    """Return one text for a pair of partitions, whichever stands first."""
    return " ".join(sorted("/".join(partition) for partition in (one, two)))


def _with_pairs(agreement: pd.DataFrame) -> pd.DataFrame:
    """Give each row the key of its two partitions."""
    columns = ["first_network", "first_layer_set", "second_network", "second_layer_set"]
    names = agreement[columns].itertuples(index=False, name=None)
    return agreement.assign(pair=[pair_key(row[:2], row[2:]) for row in names])


def _limits(data: pd.DataFrame) -> tuple[float, float]:
    values = data[[RAND, INFORMATION]].to_numpy()
    low, high = min(0.0, values.min()), max(0.2, values.max())
    margin = 0.05 * (high - low)
    return low - margin, min(1.03, high + margin)


def _draw_matrix(axis: Axes, data: pd.DataFrame, partitions: list[Partition]) -> None:
    """Draw the mean over the numbers of clusters: Rand below the diagonal, information above."""
    means = data.groupby("pair")[[RAND, INFORMATION]].mean()
    count = len(partitions)
    values = np.full((count, count), np.nan)
    for row, column in itertools.permutations(range(count), 2):
        measure = RAND if row > column else INFORMATION
        values[row, column] = means.loc[pair_key(partitions[row], partitions[column]), measure]
    image = axis.imshow(values, cmap=TINTS, vmin=0, vmax=1)
    if count <= MOST_NUMBERS:
        _write_values(axis, values)
    else:
        axis.figure.colorbar(image, ax=axis, shrink=0.7)
    names = [name for _, name in partitions]
    axis.set_xticks(range(count), names, rotation=90)
    axis.set_yticks(range(count), names)
    axis.tick_params(length=0)
    _mark_networks(axis, [network for network, _ in partitions])
    axis.set_title("Mean over all k")
    axis.set_xlabel("below the diagonal: adjusted Rand index\nabove: adjusted mutual information")
    axis.spines[:].set_visible(False)


def _write_values(axis: Axes, values: np.ndarray) -> None:
    for (row, column), value in np.ndenumerate(values):
        if row != column:
            axis.text(
                column,
                row,
                f"{value:.2f}",
                fontsize=SMALL,
                color="white" if value > DARK else INK,
                ha="center",
                va="center",
            )


def _mark_networks(axis: Axes, networks: list[str]) -> None:
    """Part the matrix where one network ends, and name the networks at its right."""
    if len(set(networks)) == 1:
        return
    end = 0.0
    for network, group in itertools.groupby(networks):
        start, end = end, end + len(list(group))
        axis.text(
            len(networks) - 0.35,
            (start + end - 1) / 2,
            network,
            fontsize=6.5,
            fontweight="bold",
            color=GREY,
            va="center",
        )
        if end < len(networks):
            axis.axhline(end - 0.5, color="white", linewidth=2)
            axis.axvline(end - 0.5, color="white", linewidth=2)


def _draw_panel(axis: Axes, data: pd.DataFrame, panel: Lines) -> None:
    """Draw the agreement of some pairs by the number of clusters, and name each at its end."""
    looks = {name: series(number) for number, name in enumerate(panel.pairs)}
    ends = {}
    for name, pair in panel.pairs.items():
        rows = data[data["pair"] == pair].sort_values("k")
        for measure in (INFORMATION, RAND):
            look, settings = _measure_look(looks[name], measure)
            axis.plot(
                rows["k"],
                rows[measure],
                color=look.colour,
                marker=look.marker,
                linestyle=look.line,
                zorder=3 if measure == RAND else 2,
                **settings,
            )
        ends[name] = (rows["k"].iloc[-1], rows[RAND].iloc[-1])
    label_ends(axis, ends, looks)
    axis.axhline(0, color=INK, linewidth=0.8, linestyle=CHANCE_LINE, zorder=1)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axis.set_xlabel("Number of clusters, k")
    axis.set_title(textwrap.fill(panel.title, TITLE_CHARACTERS))
    axis.grid(axis="y")
    open_frame(axis)


def _measure_look(look: Series, measure: str) -> tuple[Series, dict[str, float]]:
    """Draw the Rand index in full colour, and mutual information lighter and smaller."""
    if measure == RAND:
        return look, {"markersize": 3.6}
    lighter = Series(mix(look.colour, "white", 0.5), look.marker, (0, (2, 1.2)))
    return lighter, {"markersize": 2.4, "linewidth": 0.8}


def _handles() -> list[Line2D]:
    grey = Series(GREY, "o", "-")
    handles = []
    for measure, label in (
        (RAND, "adjusted Rand index"),
        (INFORMATION, "adjusted mutual information"),
    ):
        look, settings = _measure_look(grey, measure)
        handles.append(line_handle(look, label, **settings))
    chance = line_handle(Series(INK, "", CHANCE_LINE), "chance", linewidth=0.8)
    return [*handles, chance]
