"""Make an image of each class vector: what the network has to see to match it."""

import os

from semantrace.core.job import start

start(snakemake)

# Which last bits the gradients of oneDNN's max pooling have is left to chance, and the descent
# makes other images of other last bits. TensorFlow's own kernels take a third longer.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import json
from pathlib import Path

from semantrace.core.random_streams import random_generator
from semantrace.core.tables import CONCEPTS
from semantrace.embedding.inversion import Inversion, invert_class_vectors
from semantrace.embedding.inversion_files import (
    StoredInversions,
    find_classes,
    read_class_vectors,
    write_inversions,
)
from semantrace.io.tables import read_table
from semantrace.networks.devices import prepare_devices
from semantrace.networks.registry import build_network
from semantrace.networks.weights import weights_sha256

concepts = read_table(snakemake.input.concepts, CONCEPTS)
classes = find_classes(snakemake.params.classes, concepts)
name = snakemake.wildcards.network
layers = tuple(snakemake.params.layers)
class_vectors = read_class_vectors(
    [Path(folder) for folder in snakemake.input.shards], layers, list(classes)
)

prepare_devices(snakemake.params.require_gpu)
inverted = invert_class_vectors(
    build_network(snakemake.params.network, snakemake.input.weights),
    class_vectors,
    Inversion(layers, **snakemake.params.descent),
    [
        random_generator(
            snakemake.params.seed, snakemake.params.study, "invert_class_vectors", name, identifier
        )
        for identifier in classes
    ],
    name,
)
write_inversions(
    snakemake.output[0],
    StoredInversions(
        tuple(classes),
        tuple(classes.values()),
        layers,
        inverted.images,
        inverted.cosines,
        inverted.loss,
    ),
    {
        "network": name,
        "weights_sha256": weights_sha256(snakemake.input.weights),
        "settings": json.dumps({**snakemake.params.descent, "seed": snakemake.params.seed}),
        "code": snakemake.params.code,
    },
)
