"""Draw the concepts that carry and that break the score of the best layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import IMAGES, RANKED_CONCEPTS
from semantrace.figures.alignment.concepts_by_pass_rate import concepts_by_pass_rate
from semantrace.figures.base.style import save_figure
from semantrace.images.thumbnails import image_paths
from semantrace.io.tables import read_table

params = snakemake.params
ranked = read_table(snakemake.input.concepts, RANKED_CONCEPTS)
images = image_paths(read_table(snakemake.input.images, IMAGES), params.folder)
save_figure(
    *concepts_by_pass_rate(
        ranked, images, params.networks, params.layer_titles, params.word_models
    ),
    snakemake.output,
)
