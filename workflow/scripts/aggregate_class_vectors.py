"""Average the activations of each class's images and scale them to unit norm, layer by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.embedding.class_vectors import aggregate_shard
from semantrace.io.files import atomic_path, read_table

images = read_table(snakemake.input.images, required=("image", "concept", "wnid", "shard"))
shard = images[images["shard"].astype(str) == snakemake.wildcards.shard]

with atomic_path(snakemake.output[0]) as folder:
    aggregate_shard(
        snakemake.input.activations,
        shard,
        snakemake.params.layers,
        folder,
        snakemake.params.code,
    )
