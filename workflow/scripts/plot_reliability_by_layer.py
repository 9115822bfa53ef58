"""Draw how far the images of different groups agree, layer by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.reliability import reliability_by_layer
from semantrace.figures.style import save_figure
from semantrace.figures.tables import RELIABILITY_COLUMNS, TWO_VS_TWO_COLUMNS, read_scores

networks, word_models = snakemake.params.networks, snakemake.params.word_models
titles = snakemake.params.layer_titles
reliability = read_scores({"images": snakemake.input.reliability}, RELIABILITY_COLUMNS, titles)
scores = read_scores(
    dict(zip(word_models, snakemake.input.scores, strict=True)),
    (*TWO_VS_TWO_COLUMNS, "accuracy_spread"),
    titles,
)
figure, data = reliability_by_layer(reliability, scores, networks, word_models)
save_figure(figure, data, snakemake.output)
