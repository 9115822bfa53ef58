"""Draw the labels of the clusters as rows of boxes."""

from semantrace.job import start

start(snakemake)

from semantrace.figures.clusters import cluster_labels
from semantrace.figures.style import save_figure
from semantrace.figures.tables import ASSIGNMENT_COLUMNS, LABEL_COLUMNS, read_of_networks

networks = snakemake.params.networks
labels = read_of_networks(dict(zip(networks, snakemake.input.labels, strict=True)), LABEL_COLUMNS)
assignments = read_of_networks(
    dict(zip(networks, snakemake.input.assignments, strict=True)), ASSIGNMENT_COLUMNS
)
save_figure(*cluster_labels(labels, assignments, networks), snakemake.output)
