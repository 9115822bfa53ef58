"""Score all layers of all networks against one word-vector model with the 2 vs. 2 test."""

from semantrace.core.job import start, tell

start(snakemake)

from semantrace.alignment.layer_scores import score_two_vs_two
from semantrace.alignment.null_files import write_null
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.sample_size import FEWEST_CONCEPTS, too_few
from semantrace.core.tables import PASS_RATES, TWO_VS_TWO
from semantrace.io.tables import write_table

inputs = read_score_inputs(snakemake.input, snakemake.params.networks)
if len(inputs.concepts) < FEWEST_CONCEPTS:
    tell(f"{too_few(len(inputs.concepts))}; give the study more concepts")
tables = score_two_vs_two(
    inputs.words.correlations, inputs.layers, inputs.permutations, inputs.concepts
)
name = snakemake.wildcards.model
write_table(tables.layers.assign(word_model=name), snakemake.output.layers, TWO_VS_TWO)
write_null(snakemake.output.null, inputs.layers, tables.scores)
write_table(tables.concepts.assign(word_model=name), snakemake.output.concepts, PASS_RATES)
