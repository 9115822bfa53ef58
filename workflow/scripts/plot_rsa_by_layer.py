"""Draw representational similarity by layer for every network and word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import RSA
from semantrace.figures.alignment.rsa_by_layer import rsa_by_layer
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params = snakemake.params
scores = read_scores(snakemake.input, RSA, params.layer_titles)
save_figure(*rsa_by_layer(scores, params.networks, params.word_models), snakemake.output)
