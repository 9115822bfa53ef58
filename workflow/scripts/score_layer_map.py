"""Test every layer of every network against every layer of a text encoder as one family."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.layer_map import map_layers
from semantrace.alignment.null_files import read_mean_nulls
from semantrace.core.tables import LAYER_MAP, TWO_VS_TWO
from semantrace.io.tables import read_table, write_table

files, text_layers = snakemake.input, snakemake.params.text_layers
scores = {}
for model in text_layers:
    layers = read_table(files[f"layers_{model}"], TWO_VS_TWO)
    scores[model] = layers, read_mean_nulls(files[f"null_{model}"], layers).null
table = map_layers(scores)
table["text_layer"] = table["word_model"].map(text_layers)
write_table(table, snakemake.output[0], LAYER_MAP)
