"""Draw how far the images of different groups agree, layer by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import RELIABILITY, TWO_VS_TWO
from semantrace.figures.alignment.reliability_by_layer import reliability_by_layer
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params = snakemake.params
reliability = read_scores([snakemake.input.reliability], RELIABILITY, params.layer_titles)
scores = read_scores(snakemake.input.scores, TWO_VS_TWO, params.layer_titles)
save_figure(
    *reliability_by_layer(reliability, scores, params.networks, params.word_models),
    snakemake.output,
)
