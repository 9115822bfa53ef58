"""Write the best layer of each network against each word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.best_layers import best_layers
from semantrace.core.tables import BEST_LAYERS, TWO_VS_TWO
from semantrace.io.tables import read_scores, write_table

scores = read_scores(snakemake.input, TWO_VS_TWO, snakemake.params.layer_titles)
write_table(best_layers(scores), snakemake.output[0], BEST_LAYERS)
