"""Test whether layers know better what the network misclassified, against one word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.misclassification import (
    extended_word_correlations,
    find_misclassified,
    predicted_words,
    read_predictions,
)
from semantrace.alignment.one_vs_two_tables import score_one_vs_two
from semantrace.alignment.predicted_classes import with_wnids
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import IMAGES, ONE_VS_TWO, ONE_VS_TWO_IMAGES
from semantrace.io.tables import read_table, write_table
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.word_vectors import WordVectors

params = snakemake.params
inputs = read_score_inputs(snakemake.input, [snakemake.wildcards.network])
predictions = read_predictions(snakemake.input.activations)
words, misclassification = inputs.words, None
if predictions is not None:
    images = read_table(snakemake.input.study_images, IMAGES)
    model = WordVectors.open(snakemake.input.vectors, snakemake.input.vocabulary, params.case)
    wordnet = WordNet.load(snakemake.input.wordnet)
    predictions = with_wnids(predictions, images, wordnet)
    in_wordnet = predictions["predicted_wnid"][predictions["predicted_wnid"] != ""]
    found = predicted_words(in_wordnet, inputs.concepts, wordnet, model, params.concepts)
    misclassification = find_misclassified(images, predictions, inputs.concepts, found, wordnet)
    words = extended_word_correlations(
        words, inputs.concepts["concept"].tolist(), misclassification.other_words, model
    )
tables = score_one_vs_two(words, inputs.layers, misclassification, inputs.permutations)
name = snakemake.wildcards.model
write_table(tables.layers.assign(word_model=name), snakemake.output.layers, ONE_VS_TWO)
write_table(tables.images.assign(word_model=name), snakemake.output.images, ONE_VS_TWO_IMAGES)
