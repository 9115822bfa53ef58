"""Draw the diagram of a network with the layers that the study uses."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import NETWORK
from semantrace.figures.base.style import save_figure
from semantrace.figures.diagrams.network_diagram import network_diagram
from semantrace.io.tables import read_table

params = snakemake.params
layers = read_table(snakemake.input[0], NETWORK)
title = params.networks[snakemake.wildcards.network]
save_figure(*network_diagram(layers, title, params.shown_layers), snakemake.output)
