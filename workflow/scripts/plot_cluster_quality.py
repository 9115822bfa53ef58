"""Draw the mean F1 of the clusters' labels by the number of clusters."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.cluster_quality import cluster_quality
from semantrace.figures.style import save_figure
from semantrace.figures.tables import QUALITY_COLUMNS, read_of_networks

networks = snakemake.params.networks
quality = read_of_networks(dict(zip(networks, snakemake.input, strict=True)), QUALITY_COLUMNS)
save_figure(*cluster_quality(quality, networks), snakemake.output)
