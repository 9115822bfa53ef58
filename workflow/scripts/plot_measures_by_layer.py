"""Draw every layer by every measure, corrected for chance, against the study's first word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.names import MEASURE_TITLES
from semantrace.core.tables import ALIGNMENT
from semantrace.figures.alignment.measures_by_layer import measures_by_layer
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_table

scores = read_table(snakemake.input.table, ALIGNMENT)
scores = scores[scores["group"] == "mean"]
save_figure(*measures_by_layer(scores, snakemake.params.networks, MEASURE_TITLES), snakemake.output)
