"""Check the weights of a network and write them to Semantrace's own weights file."""

from semantrace.core.job import start

start(snakemake)

from semantrace.networks.registry import write_network_weights

write_network_weights(snakemake.params.network, snakemake.output[0])
