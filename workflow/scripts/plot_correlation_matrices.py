"""Draw word correlations beside the image correlations of the best layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.names import shown_layers
from semantrace.embedding.concept_tree_files import read_concept_tree
from semantrace.figures.alignment.correlation_matrices import correlation_matrices
from semantrace.figures.base.style import save_figure

params = snakemake.params
tree = read_concept_tree(snakemake.input[0])
(layer,) = shown_layers([tree.network], [tree.layer], params.layer_titles)
titles = (params.word_models[tree.word_model], f"{params.networks[tree.network]}, {layer}")
save_figure(*correlation_matrices(tree, titles), snakemake.output)
