"""Write and show the layers that a study may list of each of its networks."""

from semantrace.core.job import show, start

start(snakemake)

import pandas as pd

from semantrace.core.tables import LAYERS
from semantrace.io.tables import write_table
from semantrace.networks.layer_table import layer_table
from semantrace.networks.registry import outline_network

params = snakemake.params
tables = [
    layer_table(name, outline_network(settings), params.dtype, params.images)
    for name, settings in params.networks.items()
]
write_table(pd.concat(tables), snakemake.output[0], LAYERS)
for table in tables:
    show(table.to_string(index=False).splitlines())
