"""Draw every layer of every network against every layer of a text encoder."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import LAYER_MAP
from semantrace.figures.alignment.layer_map import layer_map
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params = snakemake.params
scores = read_scores(snakemake.input, LAYER_MAP, params.layer_titles)
title = params.encoders[snakemake.wildcards.encoder]
save_figure(*layer_map(scores, params.networks, title), snakemake.output)
