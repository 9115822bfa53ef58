"""Draw how far the clusters of layer sets and networks agree."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import AGREEMENT
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.partition_agreement import partition_agreement
from semantrace.io.tables import read_table

params = snakemake.params
agreement = read_table(snakemake.input[0], AGREEMENT)
save_figure(*partition_agreement(agreement, params.networks, params.layer_sets), snakemake.output)
