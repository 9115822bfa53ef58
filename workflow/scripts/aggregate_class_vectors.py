"""Average the activations of each class's images and scale them to unit norm, layer by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import IMAGES
from semantrace.embedding.class_vectors import aggregate_shard
from semantrace.io.files import atomic_path
from semantrace.io.tables import read_table

images = read_table(snakemake.input.images, IMAGES)
shard = images[images["shard"] == int(snakemake.wildcards.shard)]

with atomic_path(snakemake.output[0]) as folder:
    aggregate_shard(
        snakemake.input.activations,
        shard,
        snakemake.params.layers,
        folder,
        snakemake.params.code,
    )
