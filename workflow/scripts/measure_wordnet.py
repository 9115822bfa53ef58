"""Measure how alike WordNet holds all pairs of classes to be."""

from semantrace.core.job import start

start(snakemake)

import h5py

from semantrace.core.tables import CONCEPTS
from semantrace.io.files import create_hdf5
from semantrace.io.tables import read_table
from semantrace.taxonomy.wordnet import WordNet
from semantrace.taxonomy.wordnet_similarity import concepts_of_wordnet, wordnet_similarities

concepts = concepts_of_wordnet(read_table(snakemake.input.concepts, CONCEPTS))
measures = wordnet_similarities(WordNet.load(snakemake.input.wordnet), list(concepts["wnid"]))
with create_hdf5(snakemake.output[0]) as file:
    file.attrs["code"] = snakemake.params.code
    text = h5py.string_dtype()
    file.create_dataset("classes", data=list(concepts["wnid"]), dtype=text)
    file.create_dataset("concepts", data=list(concepts["concept"]), dtype=text)
    for measure, similarity in measures.items():
        file.create_dataset(measure, data=similarity)
