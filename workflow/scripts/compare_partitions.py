"""Compare the clusters of all networks and layer sets of the study."""

from semantrace.core.job import start

start(snakemake)

from semantrace.embedding.partition_agreement import compare_partitions
from semantrace.io.files import read_table, write_table

assignments = {
    network: read_table(path, required=("layer_set", "k", "concept", "cluster"))
    for network, path in zip(snakemake.params.networks, snakemake.input, strict=True)
}
write_table(compare_partitions(assignments), snakemake.output[0])
