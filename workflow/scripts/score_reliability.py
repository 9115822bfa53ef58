"""Score how far the images of different groups agree among themselves, layer by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.reliability import score_reliability
from semantrace.alignment.score_inputs import read_layers
from semantrace.io.files import read_table, write_table

concepts = read_table(snakemake.input.concepts, required=("concept",))["concept"].tolist()
layers = read_layers(snakemake.input.images, snakemake.params.networks, concepts)
write_table(score_reliability(layers), snakemake.output[0])
