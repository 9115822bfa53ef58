"""Score all layers of all networks against one word-vector model by representational similarity."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.layer_scores import score_rsa
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.io.files import write_table

inputs = read_score_inputs(snakemake.input, snakemake.params.networks)
write_table(score_rsa(inputs.words, inputs.layers, inputs.permutations), snakemake.output[0])
