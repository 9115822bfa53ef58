"""Draw the images of each concept, look into them, and assign groups and shards."""

from semantrace.job import start, tell

start(snakemake)

from semantrace.datasets import read_dataset
from semantrace.files import read_table, write_table
from semantrace.sampling import sample_images

params = snakemake.params
dataset = read_dataset(params.dataset, params.folder)
concepts = read_table(snakemake.input.concepts, ("concept", "wnid", "class"))
sampled = sample_images(
    concepts, dataset, params.images, params.seed, params.study, snakemake.threads
)
write_table(sampled.images, snakemake.output.images)
write_table(sampled.left_out, snakemake.output.left_out)
for line in filter(None, (dataset.warning, sampled.warning)):
    tell(line)
