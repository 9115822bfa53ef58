"""Compare neighbouring layers, and networks, by their 2 vs. 2 accuracy against one word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.comparisons import SPLITS, compare_layers
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.random_streams import random_generator
from semantrace.core.tables import COMPARISONS
from semantrace.io.tables import write_table
from semantrace.statistics.permutations import draw_permutations

inputs = read_score_inputs(snakemake.input, snakemake.params.networks)
# One stream for all word models, so that they see the same halves of the concepts.
generator = random_generator(snakemake.params.seed, snakemake.params.study, "compare_layers")
orders = draw_permutations(generator, len(inputs.concepts), SPLITS)
comparisons = compare_layers(
    inputs.words.correlations, inputs.layers, orders, snakemake.params.named_layers
)
write_table(
    comparisons.assign(word_model=snakemake.wildcards.model), snakemake.output[0], COMPARISONS
)
