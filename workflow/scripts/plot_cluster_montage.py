"""Draw the most typical pictures of each cluster."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.cluster_montage import cluster_montage
from semantrace.figures.style import save_figure
from semantrace.figures.tables import read_clusters
from semantrace.figures.thumbnails import IMAGE_COLUMNS, picture_paths
from semantrace.io.files import read_table

networks = snakemake.params.networks
labels, assignments = read_clusters(networks, snakemake.input)
pictures = picture_paths(read_table(snakemake.input.images, IMAGE_COLUMNS), snakemake.params.folder)
save_figure(*cluster_montage(labels, assignments, pictures, networks), snakemake.output)
