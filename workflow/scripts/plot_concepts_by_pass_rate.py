"""Draw the concepts that carry and that break the score of the best layer."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.concepts import concepts_by_pass_rate
from semantrace.figures.style import save_figure
from semantrace.figures.tables import (
    CONCEPT_COLUMNS,
    TWO_VS_TWO_COLUMNS,
    best_layer,
    read_scores,
)
from semantrace.figures.thumbnails import IMAGE_COLUMNS, image_paths
from semantrace.io.files import read_table

networks, word_models = snakemake.params.networks, snakemake.params.word_models
scores = read_scores(
    {next(iter(word_models)): snakemake.input.layers},
    TWO_VS_TWO_COLUMNS,
    snakemake.params.layer_titles,
)
images = read_table(snakemake.input.images, IMAGE_COLUMNS)
figure, data = concepts_by_pass_rate(
    read_table(snakemake.input.concepts, CONCEPT_COLUMNS),
    best_layer(scores, networks),
    image_paths(images, snakemake.params.folder),
    networks,
    word_models,
)
save_figure(figure, data, snakemake.output)
