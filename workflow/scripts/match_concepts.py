"""Find the classes of the dataset that every word-vector model has a word for."""

from semantrace.job import start, tell

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
opened = {
    model: WordVectors.open(vectors, vocabulary, case)
    for model, vectors, vocabulary, case in zip(
        params.models,
        snakemake.input.vectors,
        snakemake.input.vocabularies,
        params.cases,
        strict=True,
    )
}
known = {model: vectors.rows(wanted) for model, vectors in opened.items()}
for model, vectors in opened.items():
    if (advice := vectors.letter_case_advice(names, f"word_vectors.{model}")) is not None:
        tell(advice)
images = dataset.pictures["wnid"].value_counts().to_dict()
matching = match_concepts(names, images, known, wordnet)
write_table(matching.classes, snakemake.output.matching)
write_table(matching.concepts, snakemake.output.concepts)
