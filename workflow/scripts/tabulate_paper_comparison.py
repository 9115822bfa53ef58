"""Write the best layer of each network beside what has been published."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.best_layers import paper_comparison
from semantrace.core.tables import PAPER_COMPARISON, TWO_VS_TWO
from semantrace.io.tables import read_scores, write_table

scores = read_scores(snakemake.input, TWO_VS_TWO, snakemake.params.layer_titles)
compared = paper_comparison(scores, snakemake.params.published)
write_table(compared, snakemake.output[0], PAPER_COMPARISON)
