"""Draw the mean correlation of matched and mismatched rows by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import TWO_VS_TWO
from semantrace.figures.alignment.matched_and_mismatched_by_layer import (
    matched_and_mismatched_by_layer,
)
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params = snakemake.params
scores = read_scores(snakemake.input, TWO_VS_TWO, params.layer_titles)
save_figure(
    *matched_and_mismatched_by_layer(scores, params.networks, params.word_models), snakemake.output
)
