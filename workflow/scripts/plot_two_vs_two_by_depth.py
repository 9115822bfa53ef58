"""Draw 2 vs. 2 accuracy of all networks over relative depth, for every word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import TWO_VS_TWO
from semantrace.figures.alignment.two_vs_two_by_depth import two_vs_two_by_depth
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params = snakemake.params
scores = read_scores(snakemake.input, TWO_VS_TWO)
save_figure(*two_vs_two_by_depth(scores, params.networks, params.word_models), snakemake.output)
