"""Score all layers of all networks against one word model given the pixels and the layer before."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.controls import score_controls
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import CONTROLS
from semantrace.io.tables import write_table

inputs = read_score_inputs(snakemake.input, snakemake.params.networks)
scores = score_controls(inputs.words.correlations, inputs.layers, inputs.permutations)
write_table(scores.assign(word_model=snakemake.wildcards.model), snakemake.output[0], CONTROLS)
