"""Score how far the images of different groups agree among themselves, layer by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations
from semantrace.alignment.reliability import score_reliability
from semantrace.core.tables import CONCEPTS, RELIABILITY
from semantrace.io.tables import read_table, write_table

concepts = read_table(snakemake.input.concepts, CONCEPTS)["concept"].tolist()
layers = read_image_correlations(snakemake.input.images, snakemake.params.networks, concepts)
write_table(score_reliability(layers), snakemake.output[0], RELIABILITY)
