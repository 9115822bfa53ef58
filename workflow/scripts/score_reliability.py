"""Score how far the pictures of different groups agree among themselves, layer by layer."""

from semantrace.job import start

start(snakemake)

from semantrace.files import read_table, write_table
from semantrace.reliability import score_reliability
from semantrace.score_inputs import read_layers

concepts = read_table(snakemake.input.concepts, required=("concept",))["concept"].tolist()
layers = read_layers(snakemake.input.images, snakemake.params.networks, concepts)
write_table(score_reliability(layers), snakemake.output[0])
