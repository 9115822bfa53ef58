"""Compute the cosine similarity of all pairs of classes in each layer and each layer set."""

from semantrace.core.job import start

start(snakemake)

from pathlib import Path

from semantrace.core.tables import CONCEPTS
from semantrace.embedding.class_similarity import write_similarity
from semantrace.images.dataset_classes import class_ids
from semantrace.io.tables import read_table

concepts = read_table(snakemake.input.concepts, CONCEPTS)
write_similarity(
    [Path(folder) for folder in snakemake.input.shards],
    snakemake.params.layers,
    snakemake.params.layer_sets,
    dict(zip(class_ids(concepts), concepts["concept"], strict=True)),
    Path(snakemake.output[0]),
    {"network": snakemake.wildcards.network, "code": snakemake.params.code},
)
