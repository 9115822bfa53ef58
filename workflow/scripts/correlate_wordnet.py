"""Correlate the similarity of class vectors with that of their synsets in WordNet."""

from semantrace.core.job import start

start(snakemake)

import numpy as np

from semantrace.core.tables import WORDNET_CORRELATIONS
from semantrace.embedding.wordnet_correlations import ClassSimilarity, correlate_wordnet
from semantrace.images.dataset_classes import wnid_of
from semantrace.io.files import open_hdf5
from semantrace.io.tables import write_table
from semantrace.statistics.permutations import restrict_permutations
from semantrace.taxonomy.wordnet_similarity import read_wordnet_similarities

with open_hdf5(snakemake.input.similarity) as file:
    wnids = list(map(wnid_of, file["classes"].asstr()[:]))
    inside = np.array([wnid != "" for wnid in wnids])
    pairs = np.ix_(inside, inside)
    datasets = {layer: file["layers"][layer] for layer in snakemake.params.layers}
    layers = [
        ClassSimilarity("layer", layer, int(dataset.attrs["layer_index"]), dataset[:][pairs])
        for layer, dataset in datasets.items()
    ]
    layer_sets = [
        ClassSimilarity("layer_set", name, 0, file["sets"][name][:][pairs])
        for name in snakemake.params.layer_sets
    ]
with open_hdf5(snakemake.input.permutations) as file:
    permutations = restrict_permutations(file["permutations"][:], inside)
measures = read_wordnet_similarities(snakemake.input.wordnet, list(filter(None, wnids)))
table = correlate_wordnet(measures, layers + layer_sets, permutations)
write_table(
    table.assign(network=snakemake.wildcards.network), snakemake.output[0], WORDNET_CORRELATIONS
)
