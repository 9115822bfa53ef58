"""Compare neighbouring layers, and networks, by their 2 vs. 2 accuracy against one word model."""

from semantrace.job import start

start(snakemake)

from semantrace.comparisons import SPLITS, compare_layers
from semantrace.files import write_table
from semantrace.permutations import draw_permutations
from semantrace.random_streams import random_generator
from semantrace.score_inputs import read_score_inputs

inputs = read_score_inputs(snakemake.input, snakemake.params.networks)
# One stream for all word models, so that they see the same halves of the concepts.
generator = random_generator(snakemake.params.seed, snakemake.params.study, "compare_layers")
orders = draw_permutations(generator, len(inputs.concepts), SPLITS)
comparisons = compare_layers(inputs.words, inputs.layers, orders, snakemake.params.named_layers)
write_table(comparisons, snakemake.output[0])
