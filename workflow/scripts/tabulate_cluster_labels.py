"""Write the labels and members of all clusters of all networks."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import ASSIGNMENTS, CLUSTER_LABELS, LABELS
from semantrace.embedding.cluster_summaries import cluster_label_table
from semantrace.io.tables import read_tables, write_table

labels = read_tables(snakemake.input.labels, LABELS)
assignments = read_tables(snakemake.input.assignments, ASSIGNMENTS)
write_table(cluster_label_table(labels, assignments), snakemake.output[0], CLUSTER_LABELS)
