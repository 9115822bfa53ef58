"""Score the means of several images against one word model with the 2 vs. 2 test."""

from semantrace.core.job import start

start(snakemake)

import pandas as pd

from semantrace.activations.correlation_files import read_averages
from semantrace.alignment.layer_scores import score_two_vs_two
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import AVERAGING
from semantrace.io.tables import write_table

files, networks = snakemake.input, snakemake.params.networks
inputs = read_score_inputs(files, networks)
averages = read_averages(files.averages, networks, inputs.concepts["concept"].tolist())
tables = [
    score_two_vs_two(
        inputs.words.correlations, layers, inputs.permutations, inputs.concepts
    ).layers.assign(images=images)
    for images, layers in {1: inputs.layers, **dict(sorted(averages.items()))}.items()
]
scores = pd.concat(tables, ignore_index=True).rename(columns={"groups": "batches"})
scores = scores.assign(word_model=snakemake.wildcards.model)
write_table(scores[AVERAGING.in_order(scores)], snakemake.output[0], AVERAGING)
