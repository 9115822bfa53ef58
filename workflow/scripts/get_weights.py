"""Check the weights of a network and write them to Semantrace's own weights file."""

from semantrace.core.job import start

start(snakemake)

from semantrace.networks.loading import prepare_weights
from semantrace.networks.registry import find_architecture

network = snakemake.params.network
prepare_weights(find_architecture(network), network.get("weights"), snakemake.output[0])
