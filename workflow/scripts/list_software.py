"""Write the versions of the libraries that may decide the study's results."""

from semantrace.core.job import start

start(snakemake)

import pandas as pd

from semantrace.core.software import installed_versions
from semantrace.core.tables import SOFTWARE
from semantrace.io.tables import write_table

rows = list(installed_versions().items())
write_table(pd.DataFrame(rows, columns=SOFTWARE.names), snakemake.output[0], SOFTWARE)
