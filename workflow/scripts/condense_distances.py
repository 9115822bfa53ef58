"""Write the triangular distance matrix of a network's classes in one layer set."""

from semantrace.core.job import start

start(snakemake)

from semantrace.embedding.distance_files import write_distances

write_distances(snakemake.input.similarity, snakemake.wildcards.layer_set, snakemake.output[0])
