"""Draw representational similarity by layer for every network and word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.layers import rsa_by_layer
from semantrace.figures.style import save_figure
from semantrace.figures.tables import RSA_COLUMNS, read_scores

word_models = snakemake.params.word_models
scores = read_scores(
    dict(zip(word_models, snakemake.input, strict=True)),
    RSA_COLUMNS,
    snakemake.params.layer_titles,
)
save_figure(*rsa_by_layer(scores, snakemake.params.networks, word_models), snakemake.output)
