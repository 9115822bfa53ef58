"""Correlate the word vectors of the study's concepts with each other."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import write_word_correlations
from semantrace.alignment.word_correlations import correlate_words
from semantrace.core.tables import CONCEPTS
from semantrace.io.tables import read_table
from semantrace.words.word_vectors import WordVectors

concepts = read_table(snakemake.input.concepts, CONCEPTS)["concept"].tolist()
model = WordVectors.open(
    snakemake.input.vectors, snakemake.input.vocabulary, **snakemake.params.look_up
)
correlations = correlate_words(model.of(concepts), concepts, snakemake.wildcards.model)
write_word_correlations(
    snakemake.output[0],
    concepts,
    correlations,
    {"word_model": snakemake.wildcards.model, "code": snakemake.params.code},
)
