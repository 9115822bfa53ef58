"""Draw the pictures of each concept, look into them, and assign groups and shards."""

from semantrace.job import start

start(snakemake)

from semantrace.datasets import read_dataset
from semantrace.files import read_table, write_table
from semantrace.sampling import sample_images

params = snakemake.params
dataset = read_dataset(params.dataset, params.folder)
concepts = read_table(snakemake.input.concepts, ("concept", "wnid", "class"))
images = sample_images(
    concepts, dataset, params.images, params.seed, params.study, snakemake.threads
)
write_table(images, snakemake.output[0])
