"""Score every layer of a network against every layer of a text encoder with the 2 vs. 2 test."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations, read_word_correlations
from semantrace.alignment.layer_scores import score_layer_map
from semantrace.core.tables import CONCEPTS, LAYER_MAP
from semantrace.io.files import open_hdf5
from semantrace.io.tables import read_table, write_table

files, text_layers = snakemake.input, snakemake.params.text_layers
names = read_table(files.concepts, CONCEPTS)["concept"].tolist()
words = {model: read_word_correlations(files[f"words_{model}"], names) for model in text_layers}
layers = read_image_correlations(files.images, [snakemake.wildcards.network], names)
with open_hdf5(files.permutations) as file:
    permutations = file["permutations"][:]
scores = score_layer_map(words, layers, permutations)
scores["text_layer"] = scores["word_model"].map(text_layers)
write_table(scores, snakemake.output[0], LAYER_MAP)
