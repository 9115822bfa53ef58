"""Score all layers of all networks against one word model by every measure of the panel."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.null_files import read_null
from semantrace.alignment.panel import score_panel
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import ALIGNMENT, TWO_VS_TWO
from semantrace.io.tables import read_table, write_table

files = snakemake.input
inputs = read_score_inputs(files, snakemake.params.networks)
scored = {"two_vs_two": read_null(files.null, read_table(files.layers, TWO_VS_TWO))}
scores = score_panel(inputs.words, inputs.layers, inputs.permutations, scored)
write_table(scores.assign(word_model=snakemake.wildcards.model), snakemake.output[0], ALIGNMENT)
