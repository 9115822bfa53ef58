"""Score all layers of a network against one word model by every measure of the panel."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations
from semantrace.alignment.null_files import read_null
from semantrace.alignment.panel import score_layers
from semantrace.alignment.panel_files import write_panel
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import TWO_VS_TWO_OF_NETWORK
from semantrace.io.tables import read_table

files = snakemake.input
inputs = read_score_inputs(files)
layers = read_image_correlations(files.images, [snakemake.wildcards.network], inputs.names)
scored = {"two_vs_two": read_null(files.null, read_table(files.layers, TWO_VS_TWO_OF_NETWORK))}
panel = score_layers(inputs.words, layers, inputs.permutations, scored)
write_panel(snakemake.output[0], panel)
