"""The files of figures and tables, and how the report shows them."""

from semantrace.core.tables import FIGURE_DATA


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


def figure_output(name, category, result, caption=None):
    """The files of a figure, by name, and how the report shows it."""
    path = f"{RESULTS}/figures/{name}"
    return {
        "pdf": f"{path}.pdf",
        "png": in_report(f"{path}.png", name, category, result, "figure", caption),
        "tsv": f"{path}.tsv",
    }


def table_output(name, category, result, caption=None):
    """The file of a table, and how the report shows it."""
    path = f"{RESULTS}/tables/{name}.tsv"
    return {"table": in_report(path, name, category, result, "table", caption)}


def in_report(path, name, category, result, form, caption):
    """A file that the report shows; the caption is that of the figure's name but for a network."""
    stem = caption or name.removesuffix("_{network}")
    return report(
        path,
        caption=f"../report/{stem}.rst",
        category=category,
        labels={"result": result, "form": form},
    )
