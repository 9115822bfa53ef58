"""Correlate the means of several images of each concept in every layer of a network."""

from semantrace.core.job import start

start(snakemake)

import numpy as np

from semantrace.activations.averages import (
    batches_of_groups,
    correlate_means,
    spread_of_images,
)
from semantrace.activations.correlation_files import write_averages
from semantrace.activations.image_correlations import group_images
from semantrace.core.names import PIXELS
from semantrace.core.progress import tracked
from semantrace.core.tables import CONCEPTS, IMAGES
from semantrace.io.tables import read_table

files, params = snakemake.input, snakemake.params
concepts = read_table(files.concepts, CONCEPTS)["concept"].tolist()
images = read_table(files.images, IMAGES)
members = [group_images(images, concepts, str(group)) for group in range(params.groups)]
batches = batches_of_groups(params.groups)
names = [PIXELS, *params.layers]
layers = (
    (
        layer,
        np.stack(
            [
                correlate_means(files.activations, layer, [members[group] for group in batch])
                for batch in batches
            ]
        ),
        spread_of_images(files.activations, layer, members),
    )
    for layer in tracked(names, "means", "layers")
)
write_averages(
    snakemake.output[0],
    concepts,
    layers,
    len(names),
    [len(batch) for batch in batches],
    {"network": snakemake.wildcards.network, "code": params.code},
)
