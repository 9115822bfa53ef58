"""The diagram of a network, with the layers that a study uses marked.

Source of the form: Dharmaretnam & Fyshe 2018, supplementary figures 1 to 3.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from semantrace.core.names import split_pooling
from semantrace.figures.base.style import PAGE_WIDTH, PNG_RESOLUTION, draws, new_figure
from semantrace.figures.diagrams.boxes import Box, make_boxes
from semantrace.figures.diagrams.drawing import draw_return, draw_row, legend_handles
from semantrace.figures.diagrams.page import HEAD, LEFT, Page, choose_page


@draws("network_diagram_{network}")
def network_diagram(
    description: pd.DataFrame, title: str, used: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw a network from its description, and mark the layers that a study uses.

    Parameters
    ----------
    description : DataFrame
        `semantrace.core.tables.NETWORK`.
    title : str
        The network's.
    used : mapping of str to str
        What figures call each layer that the study uses.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each box that is drawn.

    Raises
    ------
    InputError
        When the network has no such layer.
    """
    used = _without_pooling(description, used)
    boxes = make_boxes(description, list(used))
    page = choose_page(boxes, used)
    legend = legend_handles([boxes[box] for row in page.rows for box in row.places()])
    columns = 4
    foot = 0.15 * -(-len(legend) // columns)
    height = HEAD + page.height + foot
    figure = new_figure(PAGE_WIDTH, height, layout=None)
    figure.set_dpi(PNG_RESOLUTION)
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set_xlim(0, PAGE_WIDTH)
    axis.set_ylim(height - HEAD, -HEAD)
    axis.set_axis_off()
    axis.text(LEFT, -HEAD / 2, _headline(description, title, used), fontweight="bold", va="center")
    for number, row in enumerate(page.rows):
        draw_row(axis, page, number, row, boxes, used)
    for number in range(len(page.rows) - 1):
        draw_return(axis, page, number)
    figure.legend(handles=legend, loc="lower center", ncols=columns, borderaxespad=0.2)
    return figure, _data(boxes, page, used).assign(network=description["network"].iloc[0])


def _without_pooling(description: pd.DataFrame, used: Mapping[str, str]) -> dict[str, str]:
    """Return what figures call each layer by its own name, which several poolings may share."""
    known = {*description["layer"], *description["short_name"]}
    titles: dict[str, list[str]] = {}
    for layer, title in used.items():
        titles.setdefault(split_pooling(layer, known)[0], []).append(title)
    return {layer: ", ".join(named) for layer, named in titles.items()}


def _headline(description: pd.DataFrame, title: str, used: Mapping[str, str]) -> str:
    layers = int((description["kind"] != "InputLayer").sum())
    millions = pd.to_numeric(description["parameters"]).sum() / 1e6
    return f"{title}: {layers} layers, {millions:.1f} million parameters; {len(used)} layers used"


def _data(boxes: Sequence[Box], page: Page, used: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for number, row in enumerate(page.rows, start=1):
        for box, (column, lane) in sorted(row.places().items()):
            rows.append(
                {
                    "box": box + 1,
                    "layers": ", ".join(boxes[box].layers),
                    "kind": boxes[box].kind,
                    "kernel": boxes[box].kernel,
                    "shape": boxes[box].shape,
                    "parents": ", ".join(str(parent + 1) for parent in boxes[box].parents),
                    "used_layer": boxes[box].used,
                    "title": used.get(boxes[box].used, ""),
                    "row": number,
                    "column": column,
                    "lane": lane,
                }
            )
    return pd.DataFrame(rows)
