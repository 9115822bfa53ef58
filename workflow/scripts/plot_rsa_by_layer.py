"""Draw representational similarity by layer for every network and word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import ALIGNMENT, RELIABILITY
from semantrace.figures.alignment.rsa_by_layer import rsa_by_layer
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores, read_tables

params, files = snakemake.params, snakemake.input
scores = read_scores(files.scores, ALIGNMENT, params.layer_titles)
scores = scores[scores["group"] == "mean"]
reliability = read_tables(files.reliability, RELIABILITY) if files.reliability else None
save_figure(
    *rsa_by_layer(scores, params.networks, params.word_models, reliability), snakemake.output
)
