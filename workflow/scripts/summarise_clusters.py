"""Order the clusters of all networks, follow their classes, and find the most typical ones."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import (
    ASSIGNMENTS,
    FLOWS,
    LABELS,
    ORDERED_CLUSTERS,
    TYPICAL_CLASSES,
)
from semantrace.embedding.cluster_flows import cluster_flows
from semantrace.embedding.cluster_order import ordered_labels
from semantrace.embedding.cluster_summaries import typical_classes
from semantrace.io.tables import read_tables, write_table

tables = (
    read_tables(snakemake.input.labels, LABELS),
    read_tables(snakemake.input.assignments, ASSIGNMENTS),
)
write_table(ordered_labels(*tables), snakemake.output.ordered, ORDERED_CLUSTERS)
write_table(cluster_flows(*tables), snakemake.output.flows, FLOWS)
write_table(typical_classes(*tables), snakemake.output.typical, TYPICAL_CLASSES)
