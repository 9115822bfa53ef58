"""Draw the most typical pictures of each cluster."""

from semantrace.job import start

start(snakemake)

from semantrace.figures.clusters import cluster_montage
from semantrace.figures.style import save_figure
from semantrace.figures.tables import ASSIGNMENT_COLUMNS, LABEL_COLUMNS, read_of_networks
from semantrace.figures.thumbnails import IMAGE_COLUMNS, picture_paths
from semantrace.files import read_table

networks = snakemake.params.networks
labels = read_of_networks(dict(zip(networks, snakemake.input.labels, strict=True)), LABEL_COLUMNS)
assignments = read_of_networks(
    dict(zip(networks, snakemake.input.assignments, strict=True)), ASSIGNMENT_COLUMNS
)
pictures = picture_paths(read_table(snakemake.input.images, IMAGE_COLUMNS), snakemake.params.folder)
save_figure(*cluster_montage(labels, assignments, pictures, networks), snakemake.output)
