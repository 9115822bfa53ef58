"""Join the 2 vs. 2 scores of all networks against one word model, as one family of tests."""

from semantrace.core.job import start, tell

start(snakemake)

from semantrace.alignment.joined_scores import with_family
from semantrace.alignment.null_files import read_mean_nulls
from semantrace.core.sample_size import FEWEST_CONCEPTS, too_few
from semantrace.core.tables import (
    PASS_RATES,
    PASS_RATES_OF_NETWORK,
    TWO_VS_TWO,
    TWO_VS_TWO_OF_NETWORK,
)
from semantrace.io.tables import read_tables, write_table

files = snakemake.input
layers = read_tables(files.layers, TWO_VS_TWO_OF_NETWORK)
concepts = int(layers["concepts"].max())
if concepts < FEWEST_CONCEPTS:
    tell(f"{too_few(concepts)}; give the study more concepts")
layers = with_family(layers, read_mean_nulls(files.null, layers))
write_table(layers, snakemake.output.layers, TWO_VS_TWO)
rates = read_tables(files.concepts, PASS_RATES_OF_NETWORK)
write_table(rates, snakemake.output.concepts, PASS_RATES)
