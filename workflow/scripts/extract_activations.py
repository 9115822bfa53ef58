"""Extract the activations of every layer of a network for the images of one shard."""

from semantrace.core.job import start

start(snakemake)

from pathlib import Path

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.core.tables import IMAGES
from semantrace.io.tables import read_table
from semantrace.networks.devices import prepare_devices
from semantrace.networks.registry import build_network
from semantrace.networks.weights import weights_sha256

images = read_table(snakemake.input.images, IMAGES)
shard = images[images["shard"] == int(snakemake.wildcards.shard)]
settings = snakemake.params.network
folder = Path(snakemake.params.folder)

prepare_devices(snakemake.params.require_gpu, settings["architecture"])
extract_activations(
    build_network(settings, snakemake.input.weights),
    [str(image) for image in shard["image"]],
    [folder / path for path in shard["path"]],
    snakemake.output[0],
    Extraction(
        layers=tuple(settings["layers"]),
        resize=settings["resize"],
        dtype=snakemake.params.storage["dtype"],
        compression=snakemake.params.storage["compression"],
        batch_size=snakemake.params.batch_size,
        decoding_threads=snakemake.resources.decoding_threads,
        labels={
            "network": snakemake.wildcards.network,
            "weights_sha256": weights_sha256(snakemake.input.weights),
            "code": snakemake.params.code,
        },
    ),
)
