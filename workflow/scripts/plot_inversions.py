"""Draw the images of class vectors, with photographs of the classes."""

from semantrace.core.job import start

start(snakemake)

from semantrace.embedding.inversion_files import read_inversions
from semantrace.figures.inversions import inversions
from semantrace.figures.style import save_figure
from semantrace.figures.thumbnails import IMAGE_COLUMNS
from semantrace.io.files import read_table

networks = snakemake.params.networks
stored = {
    name: read_inversions(path)
    for name, path in zip(networks, snakemake.input.inversions, strict=True)
}
figure, data = inversions(
    stored,
    read_table(snakemake.input.images, IMAGE_COLUMNS),
    snakemake.params.folder,
    networks,
    snakemake.params.layer_titles,
)
save_figure(figure, data, snakemake.output)
