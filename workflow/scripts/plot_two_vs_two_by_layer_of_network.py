"""Draw 2 vs. 2 accuracy by layer for one network and every word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import TWO_VS_TWO
from semantrace.figures.alignment.two_vs_two_by_layer import two_vs_two_by_layer
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params, network = snakemake.params, snakemake.wildcards.network
scores = read_scores(snakemake.input, TWO_VS_TWO, params.layer_titles)
scores = scores[scores["network"] == network]
title = {network: params.networks[network]}
save_figure(*two_vs_two_by_layer(scores, title, params.word_models), snakemake.output)
