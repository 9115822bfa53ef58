"""Write the comparisons of layers and networks against all word models in one table."""

from semantrace.core.job import start

start(snakemake)

from semantrace.core.names import shown_layers
from semantrace.core.tables import COMPARISONS, LAYER_COMPARISONS
from semantrace.io.tables import read_tables, write_table

table = read_tables(snakemake.input, COMPARISONS)
for side in ("first", "second"):
    table[f"{side}_layer"] = shown_layers(
        table[f"{side}_network"], table[f"{side}_layer"], snakemake.params.layer_titles
    )
write_table(table, snakemake.output[0], LAYER_COMPARISONS)
