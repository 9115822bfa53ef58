"""Score the class vectors of all layers and layer sets against one word model by every measure."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.panel import score_panel
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.core.tables import CLASS_VECTOR_ALIGNMENT
from semantrace.embedding.class_similarity import read_class_vectors
from semantrace.io.tables import write_table

files, model = snakemake.input, snakemake.wildcards.model
inputs = read_score_inputs(files)
layers = read_class_vectors(files.similarities, snakemake.params.layer_sets, inputs.names)
scores = score_panel(inputs.words, layers, inputs.permutations)
write_table(scores.assign(word_model=model), snakemake.output[0], CLASS_VECTOR_ALIGNMENT)
