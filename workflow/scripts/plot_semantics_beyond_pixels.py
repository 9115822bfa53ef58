"""Draw what each layer shares with the study's first word model beyond its controls."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import CONTROLS
from semantrace.figures.alignment.semantics_beyond_pixels import semantics_beyond_pixels
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params = snakemake.params
scores = read_scores([snakemake.input.table], CONTROLS, params.layer_titles)
save_figure(*semantics_beyond_pixels(scores, params.networks), snakemake.output)
