"""Cluster the classes in every layer set and name the clusters with WordNet."""

from semantrace.core.job import start

start(snakemake)

import pandas as pd

from semantrace.core.random_streams import random_generator
from semantrace.core.tables import ASSIGNMENTS, LABELS, QUALITY
from semantrace.embedding.cluster_tables import cluster_layer_sets
from semantrace.images.dataset_classes import wnid_of
from semantrace.io.files import open_hdf5
from semantrace.io.tables import write_table
from semantrace.taxonomy.wordnet import WordNet


def random_stream(layer_set, clusters):
    """Return the stream of one layer set and number of clusters, whatever else is clustered."""
    return random_generator(
        snakemake.params.seed,
        snakemake.params.study,
        "cluster_classes",
        snakemake.wildcards.network,
        layer_set,
        str(clusters),
    )


with open_hdf5(snakemake.input.similarity) as file:
    classes = pd.DataFrame(
        {
            "wnid": list(map(wnid_of, file["classes"].asstr()[:])),
            "concept": file["concepts"].asstr()[:],
        }
    )
    similarities = {name: file["sets"][name][:] for name in snakemake.params.layer_sets}
with open_hdf5(snakemake.input.permutations) as file:
    permutations = file["permutations"][:]

fewest, most = snakemake.params.clusters
tables = cluster_layer_sets(
    similarities,
    classes,
    range(fewest, most + 1),
    WordNet.load(snakemake.input.wordnet),
    permutations,
    random_stream,
)
network = snakemake.wildcards.network
output = snakemake.output
write_table(tables.assignments.assign(network=network), output.assignments, ASSIGNMENTS)
write_table(tables.labels.assign(network=network), output.labels, LABELS)
write_table(tables.quality.assign(network=network), output.quality, QUALITY)
