"""Order the concepts by words and by images at the best layer, and name the groups."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations, read_word_correlations
from semantrace.activations.stored_arrays import mean_of
from semantrace.alignment.best_layers import best_of_all
from semantrace.core.tables import CONCEPTS, TWO_VS_TWO
from semantrace.embedding.concept_tree import common_tree, name_groups
from semantrace.embedding.concept_tree_files import ConceptTree, write_concept_tree
from semantrace.io.tables import read_table
from semantrace.taxonomy.wordnet import WordNet

best = best_of_all(read_table(snakemake.input.layers, TWO_VS_TWO))
concepts = read_table(snakemake.input.concepts, CONCEPTS)
names = concepts["concept"].tolist()
words = read_word_correlations(snakemake.input.words, names).correlations
network, layer = best["network"], best["layer"]
(found,) = read_image_correlations(snakemake.input.images, [network], names, layer)
images = mean_of(found.matrices)
tree = common_tree(words, images)
groups = name_groups(tree, concepts["wnid"].tolist(), WordNet.load(snakemake.input.wordnet))
write_concept_tree(
    snakemake.output[0],
    ConceptTree(
        snakemake.wildcards.model,
        network,
        layer,
        tuple(names),
        words,
        images,
        tree,
        tuple(groups),
    ),
    {"code": snakemake.params.code},
)
