"""Draw how clusters split as their number grows."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import FLOWS
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.cluster_hierarchy import cluster_hierarchy
from semantrace.io.tables import read_tables

table = read_tables(snakemake.input, FLOWS)
save_figure(*cluster_hierarchy(table, snakemake.params.networks), snakemake.output)
