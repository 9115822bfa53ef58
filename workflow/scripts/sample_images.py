"""Draw the images of each concept, look into them, and assign groups and shards."""

from semantrace.core.job import start, tell

start(snakemake)

from semantrace.core.tables import CONCEPTS, IMAGES, LEFT_OUT_IMAGES
from semantrace.images.datasets import read_dataset
from semantrace.images.sampling import sample_images
from semantrace.io.tables import read_table, write_table

params = snakemake.params
dataset = read_dataset(params.dataset, params.folder)
concepts = read_table(snakemake.input.concepts, CONCEPTS)
sampled = sample_images(
    concepts, dataset, params.images, params.seed, params.study, snakemake.threads
)
write_table(sampled.images, snakemake.output.images, IMAGES)
write_table(sampled.left_out, snakemake.output.left_out, LEFT_OUT_IMAGES)
for line in filter(None, (dataset.warning, sampled.warning)):
    tell(line)
