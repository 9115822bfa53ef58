"""Write the names of 2 to 8 clusters of all networks side by side."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import CLUSTER_NAMES, ORDERED_CLUSTERS
from semantrace.embedding.cluster_summaries import cluster_name_table
from semantrace.io.tables import read_table, write_table

ordered = read_table(snakemake.input[0], ORDERED_CLUSTERS)
write_table(cluster_name_table(ordered), snakemake.output[0], CLUSTER_NAMES)
