"""Find the classes of the dataset that every word-vector model has a word for."""

from semantrace.job import start

start(snakemake)

from semantrace.concepts import class_names, match_concepts
from semantrace.datasets import read_dataset
from semantrace.files import write_table
from semantrace.word_vectors import WordVectors
from semantrace.wordnet import WordNet

params = snakemake.params
wordnet = WordNet.load(snakemake.input.wordnet)
dataset = read_dataset(params.dataset, params.folder, wordnet)
names = class_names(
    dataset.pictures, wordnet, params.concepts["match"], params.concepts["lowercase"]
)
wanted = {name for words in names.values() for name in words}
known = {
    model: WordVectors.open(vectors, vocabulary, case).rows(wanted)
    for model, vectors, vocabulary, case in zip(
        params.models,
        snakemake.input.vectors,
        snakemake.input.vocabularies,
        params.cases,
        strict=True,
    )
}
images = dataset.pictures["wnid"].value_counts().to_dict()
matching = match_concepts(names, images, known, wordnet)
write_table(matching.classes, snakemake.output.matching)
write_table(matching.concepts, snakemake.output.concepts)
