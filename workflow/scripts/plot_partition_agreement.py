"""Draw how far the clusters of layer sets and networks agree."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.partition_agreement import partition_agreement
from semantrace.figures.style import save_figure
from semantrace.figures.tables import AGREEMENT_COLUMNS
from semantrace.io.files import read_table

agreement = read_table(snakemake.input[0], AGREEMENT_COLUMNS)
save_figure(
    *partition_agreement(agreement, snakemake.params.networks, snakemake.params.layer_sets),
    snakemake.output,
)
