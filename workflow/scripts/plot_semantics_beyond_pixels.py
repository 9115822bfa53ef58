"""Draw what each layer shares with the study's first word model beyond its controls."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import CONTROLS, RELIABILITY
from semantrace.figures.alignment.semantics_beyond_pixels import semantics_beyond_pixels
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores, read_tables

params, files = snakemake.params, snakemake.input
scores = read_scores([files.table], CONTROLS, params.layer_titles)
reliability = read_tables(files.reliability, RELIABILITY) if files.reliability else None
save_figure(*semantics_beyond_pixels(scores, params.networks, reliability), snakemake.output)
