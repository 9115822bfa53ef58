"""Draw the mean F1 of one network's clusters by their number, in every layer set."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import QUALITY
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.cluster_quality import cluster_quality
from semantrace.io.tables import read_table

network = snakemake.wildcards.network
quality = read_table(snakemake.input[0], QUALITY)
title = {network: snakemake.params.networks[network]}
save_figure(*cluster_quality(quality, title, large=True), snakemake.output)
