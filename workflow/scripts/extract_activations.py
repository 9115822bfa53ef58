"""Extract the activations of the layers of a network for the images of one shard.

Layers that are stored already, made of the same, are kept.
"""

from semantrace.core.job import start, tell

start(snakemake)

from pathlib import Path

from semantrace.activations.stored_layers import StoredLayers, digest_of, forget
from semantrace.core.tables import IMAGES
from semantrace.io.files import open_hdf5
from semantrace.io.tables import read_table

images = read_table(snakemake.input.images, IMAGES)
shard = images[images["shard"] == int(snakemake.wildcards.shard)]
params = snakemake.params
settings, storage, layers = params.network, params.storage, params.network["layers"]
with open_hdf5(snakemake.input.weights) as file:
    labels = {
        "network": snakemake.wildcards.network,
        "weights_sha256": str(file.attrs["sha256"]),
        "code": params.code,
    }
built_of = {key: value for key, value in settings.items() if key != "layers"}
labels["made_of"] = digest_of(
    {
        "labels": labels,
        "network": built_of | {"contents": params.contents},
        "storage": storage,
        "batch_size": params.batch_size,
        "threads": params.threads,
        "require_gpu": params.require_gpu,
        "images": shard[["image", "sha256"]].to_numpy().tolist(),
    }
)
stored = StoredLayers.of(snakemake.output[0], layers, labels["made_of"])
if stored.files:
    tell(f"{len(stored.files)} layers are stored already, {len(stored.missing)} are extracted")
if stored.missing:
    from semantrace.activations.extraction import Extraction, extract_activations
    from semantrace.networks.devices import prepare_devices
    from semantrace.networks.registry import build_network

    prepare_devices(params.require_gpu, settings["architecture"])
    extract_activations(
        build_network(settings, snakemake.input.weights),
        [str(image) for image in shard["image"]],
        [Path(params.folder) / path for path in shard["path"]],
        snakemake.output[0],
        Extraction(
            layers=tuple(layers),
            resize=settings["resize"],
            dtype=storage["dtype"],
            compression=storage["compression"],
            batch_size=params.batch_size,
            decoding_threads=snakemake.resources.decoding_threads,
            labels=labels,
        ),
        stored.files,
    )
else:
    stored.restore()
forget(snakemake.output[0])
