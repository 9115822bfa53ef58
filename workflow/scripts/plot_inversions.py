"""Draw the images of class vectors, with photographs of the classes."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import IMAGES
from semantrace.embedding.inversion_files import read_inversions_by_network
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.inversions import inversions
from semantrace.io.tables import read_table

params = snakemake.params
stored = read_inversions_by_network(snakemake.input.inversions)
images = read_table(snakemake.input.images, IMAGES)
save_figure(
    *inversions(stored, images, params.folder, params.networks, params.layer_titles),
    snakemake.output,
)
