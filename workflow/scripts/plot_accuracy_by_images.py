"""Draw accuracy against the number of images averaged, for the study's first word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import AVERAGING, CLASS_VECTOR_ALIGNMENT
from semantrace.figures.alignment.accuracy_by_images import accuracy_by_images
from semantrace.figures.base.style import save_figure
from semantrace.io.tables import read_scores

params, files = snakemake.params, snakemake.input
scores = read_scores([files.table], AVERAGING, params.layer_titles)
classes = None
if files.classes:
    classes = read_scores(files.classes, CLASS_VECTOR_ALIGNMENT, params.layer_titles)
save_figure(*accuracy_by_images(scores, classes, params.networks), snakemake.output)
