"""Find the classes of the dataset that every word-vector model has a word for."""

from semantrace.core.job import start, tell

start(snakemake)

from semantrace.core.errors import Problems
from semantrace.core.tables import CONCEPT_MATCHING, CONCEPTS
from semantrace.images.datasets import read_dataset
from semantrace.io.tables import write_table
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.class_resolution import warnings_of
from semantrace.words.study_classes import StudyClasses
from semantrace.words.word_vectors import WordVectors

params = snakemake.params
wordnet = WordNet.load(snakemake.input.wordnet)
dataset = read_dataset(params.dataset, params.folder)
study = {"dataset": params.dataset, "concepts": params.concepts}
problems = Problems()
found = StudyClasses.of(dataset, study, wordnet, problems)
problems.raise_if_any()
files = snakemake.input
models = {
    name: WordVectors.open(files[f"vectors_{name}"], files[f"vocabulary_{name}"], **look_up)
    for name, look_up in params.look_ups.items()
}
for model, vectors in models.items():
    if (
        advice := vectors.letter_case_advice(found.used_names, f"word_vectors.{model}")
    ) is not None:
        tell(advice)
matching = found.match(dataset, models, wordnet)
write_table(matching.classes, snakemake.output.matching, CONCEPT_MATCHING)
write_table(matching.concepts, snakemake.output.concepts, CONCEPTS)
for line in warnings_of(found.used, snakemake.output.matching, wordnet):
    tell(line)
