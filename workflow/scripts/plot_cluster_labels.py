"""Draw the labels of the clusters as rows of boxes."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.cluster_labels import cluster_labels
from semantrace.figures.style import save_figure
from semantrace.figures.tables import read_clusters

networks = snakemake.params.networks
labels, assignments = read_clusters(networks, snakemake.input)
save_figure(*cluster_labels(labels, assignments, networks), snakemake.output)
