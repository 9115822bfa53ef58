"""Count in how many groups of images each pair of concepts passes the 2 vs. 2 test, by layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations, read_word_correlations
from semantrace.alignment.pair_pass_files import write_pair_passes
from semantrace.alignment.pair_passes import count_pair_passes
from semantrace.alignment.two_vs_two import prepare_rows
from semantrace.core.progress import tracked
from semantrace.core.tables import CONCEPTS
from semantrace.io.tables import read_table

files, params = snakemake.input, snakemake.params
names = read_table(files.concepts, CONCEPTS)["concept"].tolist()
words = prepare_rows(read_word_correlations(files.words, names).correlations, "word correlations")
layers = read_image_correlations(files.images, params.networks, names)
counts = (
    (layer.network, layer.layer, count_pair_passes(words, layer))
    for layer in tracked(layers, "2 vs. 2 tests by pair", "layers")
)
size = len(names) * (len(names) - 1) * len(layers)  # half as many pairs, two bytes each
attributes = {"code": params.code, "word_model": snakemake.wildcards.model}
write_pair_passes(snakemake.output[0], counts, size, attributes)
