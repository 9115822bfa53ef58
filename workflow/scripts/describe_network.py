"""Write what layers a network has, of which kind and shape, and how they are connected."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import NETWORK
from semantrace.io.tables import write_table
from semantrace.networks.registry import outline_network

layers = outline_network(snakemake.params.network).describe()
write_table(layers.assign(network=snakemake.wildcards.network), snakemake.output[0], NETWORK)
