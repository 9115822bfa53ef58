"""Draw 2 vs. 2 accuracy of single images and of class vectors, for the first word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import ALIGNMENT, CLASS_VECTOR_ALIGNMENT
from semantrace.figures.alignment.class_vectors_by_layer import class_vectors_by_layer
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params = snakemake.params
images = read_scores([snakemake.input.images], ALIGNMENT, params.layer_titles)
classes = read_scores([snakemake.input.classes], CLASS_VECTOR_ALIGNMENT, params.layer_titles)
save_figure(*class_vectors_by_layer(images, classes, params.networks), snakemake.output)
