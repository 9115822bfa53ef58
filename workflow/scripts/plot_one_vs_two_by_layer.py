"""Draw 1 vs. 2 accuracy by layer for every network that misclassified something."""

from semantrace.core.job import start

start(snakemake)

import pandas as pd

from semantrace.figures.one_vs_two import one_vs_two_by_layer
from semantrace.figures.style import save_figure
from semantrace.figures.tables import ONE_VS_TWO_COLUMNS, read_scores

networks, word_models = snakemake.params.networks, snakemake.params.word_models
# The files stand network by network, each with one for every word model.
paths = iter(snakemake.input)
scores = pd.concat(
    [
        read_scores(
            {model: next(paths) for model in word_models},
            ONE_VS_TWO_COLUMNS,
            snakemake.params.layer_titles,
        )
        for _ in networks
    ],
    ignore_index=True,
)
save_figure(*one_vs_two_by_layer(scores, networks, word_models), snakemake.output)
