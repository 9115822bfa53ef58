"""Draw the mean F1 of one network's clusters by their number, in every layer set."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.cluster_quality import cluster_quality
from semantrace.figures.style import save_figure
from semantrace.figures.tables import QUALITY_COLUMNS, read_of_networks

network = snakemake.wildcards.network
quality = read_of_networks({network: snakemake.input[0]}, QUALITY_COLUMNS)
save_figure(
    *cluster_quality(quality, {network: snakemake.params.title}, large=True), snakemake.output
)
