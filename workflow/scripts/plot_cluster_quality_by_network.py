"""Draw the mean F1 of the clusters of several networks in one panel."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import QUALITY
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.cluster_quality import cluster_quality_by_network
from semantrace.io.tables import read_tables

table = read_tables(snakemake.input, QUALITY)
save_figure(*cluster_quality_by_network(table, snakemake.params.networks), snakemake.output)
