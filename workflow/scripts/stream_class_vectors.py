"""Average the activations of each class's images while the network runs, for one shard."""

from semantrace.core.job import start

start(snakemake)

from pathlib import Path

from semantrace.core.tables import IMAGES
from semantrace.embedding.class_vector_streaming import Streaming, stream_class_vectors
from semantrace.images.dataset_classes import class_ids
from semantrace.io.tables import read_table
from semantrace.networks.devices import prepare_devices
from semantrace.networks.registry import build_network
from semantrace.networks.weights import weights_sha256

images = read_table(snakemake.input.images, IMAGES)
shard = images[images["shard"] == int(snakemake.wildcards.shard)]
settings = snakemake.params.network
folder = Path(snakemake.params.folder)

prepare_devices(snakemake.params.require_gpu, settings["architecture"])
stream_class_vectors(
    build_network(settings, snakemake.input.weights),
    list(class_ids(shard)),
    [folder / path for path in shard["path"]],
    snakemake.output[0],
    Streaming(
        layers=tuple(snakemake.params.layers),
        resize=settings["resize"],
        batch_size=snakemake.params.batch_size,
        decoding_threads=snakemake.resources.decoding_threads,
        labels={
            "network": snakemake.wildcards.network,
            "weights_sha256": weights_sha256(snakemake.input.weights),
            "code": snakemake.params.code,
        },
    ),
)
