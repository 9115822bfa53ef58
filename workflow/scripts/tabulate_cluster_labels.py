"""Write the labels and members of all clusters of all networks."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.cluster_tables import cluster_label_table
from semantrace.figures.tables import read_clusters
from semantrace.io.files import write_table

labels, assignments = read_clusters(snakemake.params.networks, snakemake.input)
write_table(cluster_label_table(labels, assignments), snakemake.output[0])
