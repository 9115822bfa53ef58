"""Write the best layer of each network by each measure."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.measure_agreement import best_layers_by_measure
from semantrace.core.tables import ALIGNMENT, BEST_LAYERS_BY_MEASURE
from semantrace.io.tables import read_scores, write_table

scores = read_scores(snakemake.input, ALIGNMENT, snakemake.params.layer_titles)
best = best_layers_by_measure(scores[scores["group"] == "mean"])
write_table(best, snakemake.output[0], BEST_LAYERS_BY_MEASURE)
