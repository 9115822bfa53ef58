"""Write what layers a network has, of which kind and shape, and how they are connected."""

from semantrace.core.job import start

start(snakemake)

from semantrace.io.files import write_table
from semantrace.networks.description import describe_network
from semantrace.networks.registry import build_network

write_table(describe_network(build_network(snakemake.params.network)), snakemake.output[0])
