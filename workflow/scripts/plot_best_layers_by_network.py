"""Draw the best layer of every network against every word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import BEST_LAYERS
from semantrace.figures.alignment.best_layers_by_network import best_layers_by_network
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_table

params = snakemake.params
best = read_table(snakemake.input.table, BEST_LAYERS)
save_figure(*best_layers_by_network(best, params.networks, params.word_models), snakemake.output)
