"""Score all layers of a network against one word model with the 2 vs. 2 test."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations
from semantrace.alignment.half_accuracies import SPLITS, write_half_accuracies
from semantrace.alignment.layer_scores import score_two_vs_two
from semantrace.alignment.null_files import write_null
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.alignment.split_accuracies import accuracies_to_compare
from semantrace.core.random_streams import random_generator
from semantrace.core.tables import PASS_RATES_OF_NETWORK, TWO_VS_TWO_OF_NETWORK
from semantrace.io.tables import write_table
from semantrace.statistics.permutations import draw_permutations

files, params, name = snakemake.output, snakemake.params, snakemake.wildcards.model
inputs = read_score_inputs(snakemake.input)
words = inputs.words.correlations
layers = read_image_correlations(
    snakemake.input.images, [snakemake.wildcards.network], inputs.names
)
tables = score_two_vs_two(words, layers, inputs.permutations, inputs.concepts)
# One stream for all networks and word models, so that they see the same halves of the concepts.
generator = random_generator(params.seed, params.study, "compare_layers")
orders = draw_permutations(generator, len(inputs.concepts), SPLITS)
write_half_accuracies(files.halves, accuracies_to_compare(words, layers, orders))
write_null(files.null, tables.layers, tables.scores)
# the family is known once all networks are scored
scores = tables.layers.drop(columns="p_family_wise").assign(word_model=name)
write_table(scores, files.layers, TWO_VS_TWO_OF_NETWORK)
write_table(tables.concepts.assign(word_model=name), files.concepts, PASS_RATES_OF_NETWORK)
