"""Draw the labels of the clusters as rows of boxes."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import ORDERED_CLUSTERS
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.cluster_labels import cluster_labels
from semantrace.io.tables import read_tables

table = read_tables(snakemake.input, ORDERED_CLUSTERS)
save_figure(*cluster_labels(table, snakemake.params.networks), snakemake.output)
