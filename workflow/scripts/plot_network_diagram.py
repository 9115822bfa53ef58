"""Draw the diagram of a network with the layers that the study uses."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.diagrams import network_diagram
from semantrace.figures.network_graph import DESCRIPTION_COLUMNS
from semantrace.figures.style import save_figure
from semantrace.io.files import read_table

description = read_table(snakemake.input[0], DESCRIPTION_COLUMNS)
save_figure(
    *network_diagram(description, snakemake.params.title, snakemake.params.layers),
    snakemake.output,
)
