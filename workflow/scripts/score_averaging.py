"""Score the means of several images against one word model with the 2 vs. 2 test."""

from semantrace.core.job import start

start(snakemake)

import pandas as pd

from semantrace.activations.correlation_files import read_averages
from semantrace.alignment.layer_scores import score_two_vs_two
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import AVERAGING, TWO_VS_TWO
from semantrace.io.tables import read_table, write_table

files, name = snakemake.input, snakemake.wildcards.model
inputs = read_score_inputs(files)
averages = read_averages(files.averages, snakemake.params.networks, inputs.names)
tables = [
    score_two_vs_two(
        inputs.words.correlations, layers, inputs.permutations, inputs.concepts
    ).layers.assign(images=images, word_model=name)
    for images, layers in sorted(averages.items())
]
# single images have been scored
tables = [read_table(files.layers, TWO_VS_TWO).assign(images=1), *tables]
scores = pd.concat(tables, ignore_index=True).rename(columns={"groups": "batches"})
write_table(scores[AVERAGING.in_order(scores)], snakemake.output[0], AVERAGING)
