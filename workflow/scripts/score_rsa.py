"""Score all layers of all networks against one word-vector model by representational similarity."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.layer_scores import score_rsa
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import RSA
from semantrace.io.tables import write_table

inputs = read_score_inputs(snakemake.input, snakemake.params.networks)
scores = score_rsa(inputs.words, inputs.layers, inputs.permutations)
write_table(scores.assign(word_model=snakemake.wildcards.model), snakemake.output[0], RSA)
