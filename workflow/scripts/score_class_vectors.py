"""Score the class vectors of all layers and layer sets against one word model by every measure."""

from semantrace.core.job import start

start(snakemake)

from pathlib import Path

from semantrace.activations.correlation_files import read_word_correlations
from semantrace.alignment.panel import score_panel
from semantrace.core.tables import CLASS_VECTOR_ALIGNMENT, CONCEPTS
from semantrace.embedding.class_similarity import read_class_vectors
from semantrace.io.files import open_hdf5
from semantrace.io.tables import read_table, write_table

files, model = snakemake.input, snakemake.wildcards.model
concepts = read_table(files.concepts, CONCEPTS)["concept"].tolist()
words = read_word_correlations(Path(files.words), concepts)
layers = read_class_vectors(files.similarities, snakemake.params.layer_sets, concepts)
with open_hdf5(files.permutations) as file:
    permutations = file["permutations"][:]
scores = score_panel(words, layers, permutations)
write_table(scores.assign(word_model=model), snakemake.output[0], CLASS_VECTOR_ALIGNMENT)
