"""Score all layers of all networks against one word-vector model with the 2 vs. 2 test."""

from semantrace.core.job import start, tell

start(snakemake)

from semantrace.alignment.layer_scores import score_two_vs_two
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.io.files import write_table
from semantrace.statistics.permutations import FEWEST_CONCEPTS, too_few

inputs = read_score_inputs(snakemake.input, snakemake.params.networks)
if len(inputs.concepts) < FEWEST_CONCEPTS:
    tell(f"{too_few(len(inputs.concepts))}; give the study more concepts")
tables = score_two_vs_two(inputs.words, inputs.layers, inputs.permutations, inputs.concepts)
write_table(tables.layers, snakemake.output.layers)
write_table(tables.concepts, snakemake.output.concepts)
