"""Find the classes of the dataset that every word-vector model has a word for."""

from semantrace.job import start, tell

start(snakemake)

from semantrace.class_exclusion import excluded_classes
from semantrace.class_resolution import resolve_classes, warnings_of
from semantrace.concepts import class_names, match_concepts
from semantrace.datasets import read_dataset
from semantrace.errors import Problems
from semantrace.files import write_table
from semantrace.word_vectors import WordVectors
from semantrace.wordnet import WordNet

params = snakemake.params
settings = params.concepts
wordnet = WordNet.load(snakemake.input.wordnet)
dataset = read_dataset(params.dataset, params.folder)
problems = Problems()
classes = resolve_classes(
    dataset.classes, params.dataset.get("classes"), settings["senses"], wordnet, problems
)
names = class_names(classes, wordnet, settings["match"], settings["lowercase"])
excluded = excluded_classes(settings["exclude"], classes, names, wordnet, problems)
problems.raise_if_any()

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
images = dataset.pictures["class"].value_counts().to_dict()
matching = match_concepts(classes, names, images, known, wordnet, excluded)
write_table(matching.classes, snakemake.output.matching)
write_table(matching.concepts, snakemake.output.concepts)
for line in warnings_of(classes, snakemake.output.matching):
    tell(line)
