"""Score all layers of all networks against one word-vector model by representational similarity."""

from semantrace.job import start

start(snakemake)

from semantrace.files import write_table
from semantrace.layer_scores import score_rsa
from semantrace.score_inputs import read_score_inputs

inputs = read_score_inputs(snakemake.input, snakemake.params.networks)
write_table(score_rsa(inputs.words, inputs.layers, inputs.permutations), snakemake.output[0])
