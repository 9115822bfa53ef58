"""Convert a model of word vectors to an array that opens at once."""

from semantrace.core.job import start

start(snakemake)

from semantrace.words.word_vector_storage import store_word_vectors

store_word_vectors(
    snakemake.params.model,
    snakemake.output.vectors,
    snakemake.output.vocabulary,
    snakemake.params.downloads,
)
