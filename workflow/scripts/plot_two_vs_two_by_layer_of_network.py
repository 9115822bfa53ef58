"""Draw 2 vs. 2 accuracy by layer for one network and every word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.layers import two_vs_two_by_layer
from semantrace.figures.style import save_figure
from semantrace.figures.tables import TWO_VS_TWO_COLUMNS, read_scores

word_models = snakemake.params.word_models
scores = read_scores(
    dict(zip(word_models, snakemake.input, strict=True)),
    TWO_VS_TWO_COLUMNS,
    snakemake.params.layer_titles,
)
network = snakemake.wildcards.network
save_figure(
    *two_vs_two_by_layer(
        scores[scores["network"] == network], {network: snakemake.params.title}, word_models
    ),
    snakemake.output,
)
