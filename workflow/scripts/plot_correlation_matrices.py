"""Draw word correlations beside the image correlations of the best layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations, read_word_correlations
from semantrace.figures.matrices import correlation_matrices
from semantrace.figures.style import save_figure
from semantrace.figures.tables import TWO_VS_TWO_COLUMNS, best_layer, read_scores
from semantrace.io.files import read_table
from semantrace.taxonomy.wordnet import WordNet

networks, word_models = snakemake.params.networks, snakemake.params.word_models
scores = read_scores(
    {next(iter(word_models)): snakemake.input.layers},
    TWO_VS_TWO_COLUMNS,
    snakemake.params.layer_titles,
)
best = best_layer(scores, networks)
concepts = read_table(snakemake.input.concepts, ("concept", "wnid"))
names = [str(name) for name in concepts["concept"]]

# The files stand network by network, each with one file for every group.
groups = len(snakemake.input.images) // len(networks)
first = list(networks).index(best.network) * groups
layers = read_image_correlations(
    best.network, snakemake.input.images[first : first + groups], names
)
images = next(layer.matrices for layer in layers if layer.layer == best.layer).mean(axis=0)

figure, data = correlation_matrices(
    read_word_correlations(snakemake.input.words, names),
    images,
    names,
    (word_models[best.word_model], f"{networks[best.network]}, {best.shown_layer}"),
    list(concepts["wnid"]),
    WordNet.load(snakemake.input.wordnet),
)
save_figure(figure, data, snakemake.output)
