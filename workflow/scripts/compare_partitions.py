"""Compare the clusters of all networks and layer sets of the study."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import AGREEMENT, ASSIGNMENTS
from semantrace.embedding.partition_comparison import compare_partitions
from semantrace.io.tables import read_tables, write_table

agreement = compare_partitions(read_tables(snakemake.input, ASSIGNMENTS))
write_table(agreement, snakemake.output[0], AGREEMENT)
