"""Draw the most typical images of each cluster."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.cluster_montage import cluster_montage
from semantrace.figures.style import save_figure
from semantrace.figures.tables import read_clusters
from semantrace.figures.thumbnails import IMAGE_COLUMNS, image_paths
from semantrace.io.files import read_table

networks = snakemake.params.networks
labels, assignments = read_clusters(networks, snakemake.input)
images = image_paths(read_table(snakemake.input.images, IMAGE_COLUMNS), snakemake.params.folder)
save_figure(*cluster_montage(labels, assignments, images, networks), snakemake.output)
