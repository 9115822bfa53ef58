"""Draw how clusters split as their number grows."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.cluster_hierarchy import cluster_hierarchy
from semantrace.figures.style import save_figure
from semantrace.figures.tables import read_clusters

networks = snakemake.params.networks
labels, assignments = read_clusters(networks, snakemake.input)
save_figure(*cluster_hierarchy(labels, assignments, networks), snakemake.output)
