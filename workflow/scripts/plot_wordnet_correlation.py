"""Draw how far cosine similarity follows WordNet's, layer by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import WORDNET_CORRELATIONS
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.wordnet_correlation import wordnet_correlation
from semantrace.io.tables import read_tables

params = snakemake.params
correlations = read_tables(snakemake.input, WORDNET_CORRELATIONS)
save_figure(
    *wordnet_correlation(correlations, params.networks, params.layer_titles), snakemake.output
)
