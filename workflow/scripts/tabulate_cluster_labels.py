"""Write the labels and members of all clusters of all networks."""

from semantrace.job import start

start(snakemake)

from semantrace.figures.tables import (
    ASSIGNMENT_COLUMNS,
    LABEL_COLUMNS,
    cluster_label_table,
    read_of_networks,
)
from semantrace.files import write_table

networks = snakemake.params.networks
labels = read_of_networks(dict(zip(networks, snakemake.input.labels, strict=True)), LABEL_COLUMNS)
assignments = read_of_networks(
    dict(zip(networks, snakemake.input.assignments, strict=True)), ASSIGNMENT_COLUMNS
)
write_table(cluster_label_table(labels, assignments), snakemake.output[0])
