"""Write the names of 2 to 8 clusters of all networks side by side."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.cluster_tables import cluster_name_table
from semantrace.figures.tables import read_clusters
from semantrace.io.files import write_table

labels, assignments = read_clusters(snakemake.params.networks, snakemake.input)
write_table(cluster_name_table(labels, assignments), snakemake.output[0])
