"""Correlate the similarity of class vectors with that of their synsets in WordNet."""

from semantrace.job import start

start(snakemake)

from semantrace.files import open_hdf5, write_table
from semantrace.wordnet_correlations import ClassSimilarity, correlate_wordnet
from semantrace.wordnet_similarity import read_wordnet_similarities

with open_hdf5(snakemake.input.similarity) as file:
    classes = file["classes"].asstr()[:]
    datasets = {layer: file["layers"][layer] for layer in snakemake.params.layers}
    layers = [
        ClassSimilarity("layer", layer, int(dataset.attrs["layer_index"]), dataset[:])
        for layer, dataset in datasets.items()
    ]
    layer_sets = [
        ClassSimilarity("layer_set", name, 0, file["sets"][name][:])
        for name in snakemake.params.layer_sets
    ]
with open_hdf5(snakemake.input.permutations) as file:
    permutations = file["permutations"][:]
measures = read_wordnet_similarities(snakemake.input.wordnet, classes)
table = correlate_wordnet(measures, layers + layer_sets, permutations)
write_table(table, snakemake.output[0])
