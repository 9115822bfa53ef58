"""Correlate the images of one group with each other in every layer of a network."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import write_image_correlations
from semantrace.activations.image_correlations import correlate_layer, group_images
from semantrace.activations.reader import open_layer
from semantrace.core.names import PIXELS
from semantrace.core.progress import tracked
from semantrace.core.tables import CONCEPTS, IMAGES
from semantrace.io.tables import read_table

concepts = read_table(snakemake.input.concepts, CONCEPTS)["concept"].tolist()
images = read_table(snakemake.input.images, IMAGES)
members = group_images(images, concepts, snakemake.wildcards.group)
correlations = {
    layer: correlate_layer(snakemake.input.activations, layer, members)
    for layer in tracked([PIXELS, *snakemake.params.layers], "correlations", "layers")
}
with open_layer(snakemake.input.activations, PIXELS) as pixels:
    origin = {key: pixels.attributes[key] for key in ("weights_sha256", "preprocessing")}
write_image_correlations(
    snakemake.output[0],
    concepts,
    correlations,
    {
        **origin,
        "network": snakemake.wildcards.network,
        "group": snakemake.wildcards.group,
        "code": snakemake.params.code,
    },
)
