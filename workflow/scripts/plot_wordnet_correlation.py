"""Draw how far cosine similarity follows WordNet's, layer by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.style import save_figure
from semantrace.figures.wordnet_correlation import read_correlations, wordnet_correlation

networks = snakemake.params.networks
correlations = read_correlations(
    dict(zip(networks, snakemake.input, strict=True)), snakemake.params.layer_titles
)
save_figure(*wordnet_correlation(correlations, networks), snakemake.output)
