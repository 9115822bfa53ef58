"""The files of figures, tables and pages, and how the report shows them."""

from semantrace.core.tables import FIGURE_DATA
from semantrace.report.contents import PLACES

# What the report shows of the study: paths by name, with wildcards in both.
IN_REPORT = {}
# The tables that the report shows as pages: paths by name.
SHOWN_TABLES = {}


def figure_files(png):
    """A figure in both its forms, with its data: asking for it asks for all three."""
    return multiext(png.removesuffix(".png"), ".png", ".pdf", ".tsv")


def by_script(name):
    """The parameters by which a rule that inherits finds its script, and what decides its output."""
    figure = name.removeprefix("plot_").removesuffix("_of_network")
    return {
        "script": name,
        "code": code_of(name),
        "columns": [
            table.signature
            for shown, table in FIGURE_DATA.items()
            if shown.removesuffix("_{network}") == figure
        ],
    }


def figure_output(name, caption=None):
    """The files of a figure, by name, and how the report shows it."""
    path = f"{RESULTS}/figures/{name}"
    return {
        "pdf": f"{path}.pdf",
        "png": in_report(f"{path}.png", name, caption),
        "tsv": f"{path}.tsv",
    }


def table_output(name, file=None):
    """The file of a table, which the report shows as a page."""
    SHOWN_TABLES[name] = f"{RESULTS}/tables/{file or name}.tsv"
    return {"table": SHOWN_TABLES[name]}


def in_report(path, name, caption=None):
    """A file that the report shows; the caption is that of the name but for a network."""
    stem = caption or name.removesuffix("_{network}")
    IN_REPORT[name] = path
    return report(
        path,
        caption=f"../report/{stem}.rst",
        category=PLACES[name].sorted_category,
        labels={"result": PLACES[name].sorted_title},
    )


def of_each_network(names):
    """Names with each network in the place of its wildcard, and what they stand for."""
    return {
        expanded: name
        for name in names
        for expanded in (
            [name.format(network=one) for one in NETWORKS]
            if "{network}" in name
            else [name]
        )
    }


def results_of_report(wildcards):
    """Category, title and path of all that the report shows, in its order."""
    return [
        [place.category, place.title.format(**values), path.format(**values)]
        for name, place in PLACES.items()
        if (path := IN_REPORT.get(name))
        for values in values_of(name)
    ]


def values_of(name):
    """The wildcards' values with which the study draws a figure by default."""
    if "{network}" in name:
        return [
            {"network": one} for one in NETWORKS if name.format(network=one) in DRAWN
        ]
    if "{encoder}" in name:
        return [
            {"encoder": one} for one in ENCODERS if name.format(encoder=one) in DRAWN
        ]
    is_figure = name in OFFERS and not OFFERS[name].is_table
    return [] if is_figure and name not in DRAWN else [{}]
