"""Write every layer by every measure against all word models in one table."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.tables import ALIGNMENT, ALIGNMENTS
from semantrace.io.tables import read_tables, write_table

write_table(read_tables(snakemake.input, ALIGNMENT), snakemake.output[0], ALIGNMENTS)
