"""The best layer of each network and its accuracy, networks in the order of it."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from semantrace.figures.base.annotations import fit_legend, line_handle
from semantrace.figures.base.layer_panel import CHANCE
from semantrace.figures.base.style import (
    GREY,
    INK,
    PAGE_WIDTH,
    SMALL,
    Series,
    draws,
    fit_line,
    new_figure,
    open_frame,
    series,
)

ROW_HEIGHT = 0.36
TITLE_WIDTH = 2.1
NAME_WIDTH = 1.6
"""Inches of a network's row, of its title and of its best layer's name."""

PIXELS = Series(GREY, "|", "")


@draws("best_layers_by_network")
def best_layers_by_network(
    best: pd.DataFrame, networks: Mapping[str, str], word_models: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the accuracy of each network's best layer against each word model.

    Parameters
    ----------
    best : DataFrame
        `semantrace.core.tables.BEST_LAYERS`.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order. The first word model decides the order of networks,
        and its best layers are named.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark, and ``place``, from the best network at 1.
    """
    first = best[best["word_model"] == next(iter(word_models))].set_index("network")
    ordered = first["accuracy"].sort_values(ascending=False, kind="stable").index
    places = {network: place for place, network in enumerate(ordered, start=1)}
    data = best.assign(place=best["network"].map(places))
    data = data.sort_values(["place"], kind="stable", ignore_index=True)
    figure = new_figure(PAGE_WIDTH, 1.1 + ROW_HEIGHT * len(networks))
    axis = figure.add_subplot()
    looks = [series(number) for number in range(len(word_models))]
    for model, look in zip(word_models, looks, strict=True):
        _draw_model(axis, data[data["word_model"] == model], look)
    named = "layer_title" if "layer_title" in data else "layer"
    for network, place in places.items():
        name = str(first.loc[network, named])
        text, size = fit_line(figure, name, NAME_WIDTH, SMALL)
        axis.text(
            1.02, place, text, transform=axis.get_yaxis_transform(), fontsize=size, va="center"
        )
    titles = [fit_line(figure, networks[network], TITLE_WIDTH, 7.5)[0] for network in places]
    axis.set_yticks(list(places.values()), titles)
    axis.set_ylim(len(places) + 0.6, 0.4)
    axis.axvline(CHANCE, color=INK, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)
    axis.set_xlabel("2 vs. 2 accuracy of the best layer (dashed line: chance)")
    axis.grid(axis="x")
    axis.tick_params(axis="y", length=0)
    open_frame(axis)
    handles = [
        line_handle(look, title, linestyle="none")
        for look, title in zip(looks, word_models.values(), strict=True)
    ]
    fit_legend(
        figure,
        [
            *handles,
            line_handle(PIXELS, f"pixels, {next(iter(word_models.values()))}", markersize=9),
        ],
    )
    return figure, data


def _draw_model(axis: Axes, rows: pd.DataFrame, look: Series) -> None:
    """Draw the marks of a word model, of the first with its interval and the pixels' level."""
    is_first = look == series(0)
    if is_first:
        axis.hlines(
            rows["place"],
            rows["accuracy_low"],
            rows["accuracy_high"],
            color=look.colour,
            alpha=0.3,
            linewidth=4,
        )
        axis.plot(rows["pixel_accuracy"], rows["place"], "|", color=GREY, markersize=9)
    axis.plot(
        rows["accuracy"],
        rows["place"],
        look.marker,
        color=look.colour,
        markersize=5 if is_first else 3.4,
        zorder=3 if is_first else 2,
    )
