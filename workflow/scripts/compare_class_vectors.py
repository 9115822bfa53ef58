"""Compute the cosine similarity of all pairs of classes in each layer and each layer set."""

from semantrace.core.job import start

start(snakemake)

from pathlib import Path

from semantrace.embedding.class_similarity import write_similarity
from semantrace.images.dataset_classes import class_ids
from semantrace.io.files import read_table

concepts = read_table(snakemake.input.concepts, required=("wnid", "concept"))
write_similarity(
    [Path(folder) for folder in snakemake.input.shards],
    snakemake.params.layers,
    snakemake.params.layer_sets,
    dict(zip(class_ids(concepts), concepts["concept"], strict=True)),
    Path(snakemake.output[0]),
    {"network": snakemake.wildcards.network, "code": snakemake.params.code},
)
