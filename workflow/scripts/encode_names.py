"""Embed all names that the study may look up with a text encoder, in each of its layers."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.errors import Problems
from semantrace.images.class_lists import read_class_list
from semantrace.images.datasets import read_dataset
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.encoded_names import names_to_encode, store_encoded_names
from semantrace.words.study_classes import StudyClasses

params, output = snakemake.params, snakemake.output
wordnet = WordNet.load(snakemake.input.wordnet)
study = {"dataset": params.dataset, "concepts": params.concepts}
classes = StudyClasses.of(read_dataset(params.dataset, params.folder), study, wordnet, Problems())
predicted = [line for path in snakemake.input.classes for line in read_class_list(path)]
names = names_to_encode(classes.names, predicted, wordnet, params.concepts["lowercase"])
store_encoded_names(params.model, names, output.vectors, output.vocabulary)
