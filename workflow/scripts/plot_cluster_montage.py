"""Draw the most typical images of each cluster."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import IMAGES, TYPICAL_CLASSES
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.cluster_montage import cluster_montage
from semantrace.images.thumbnails import image_paths
from semantrace.io.tables import read_table

params = snakemake.params
classes = read_table(snakemake.input.classes, TYPICAL_CLASSES)
images = image_paths(read_table(snakemake.input.images, IMAGES), params.folder)
save_figure(*cluster_montage(classes, images, params.networks), snakemake.output)
