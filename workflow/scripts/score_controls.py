"""Score all layers of all networks against one word model given the pixels and the layer before."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations
from semantrace.alignment.controls import score_controls
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import CONTROLS
from semantrace.io.tables import write_table

files = snakemake.input
inputs = read_score_inputs(files)
layers = read_image_correlations(files.images, snakemake.params.networks, inputs.names)
scores = score_controls(inputs.words.correlations, layers, inputs.permutations)
write_table(scores.assign(word_model=snakemake.wildcards.model), snakemake.output[0], CONTROLS)
