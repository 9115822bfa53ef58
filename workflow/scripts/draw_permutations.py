"""Draw the permutations of the concepts that all tests of a study share."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.random_streams import random_generator
from semantrace.core.tables import CONCEPTS
from semantrace.io.files import create_hdf5
from semantrace.io.tables import read_table
from semantrace.statistics.permutations import draw_permutations

concepts = read_table(snakemake.input.concepts, CONCEPTS)
generator = random_generator(snakemake.params.seed, snakemake.params.study, "draw_permutations")
permutations = draw_permutations(generator, len(concepts), snakemake.params.permutations)
with create_hdf5(snakemake.output[0]) as file:
    file.attrs.update({"seed": snakemake.params.seed, "code": snakemake.params.code})
    file.create_dataset("permutations", data=permutations)
