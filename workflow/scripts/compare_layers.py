"""Compare neighbouring layers, and networks, by their 2 vs. 2 accuracy against one word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.comparisons import compare_layers
from semantrace.alignment.half_accuracies import read_half_accuracies
from semantrace.core.tables import COMPARISONS
from semantrace.io.tables import write_table

layers = read_half_accuracies(snakemake.input)
comparisons = compare_layers(layers, snakemake.params.named_layers)
write_table(
    comparisons.assign(word_model=snakemake.wildcards.model), snakemake.output[0], COMPARISONS
)
