"""Join the scores of all networks against one word model, as one family for each measure."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.joined_scores import join_panels
from semantrace.alignment.panel_files import read_panel
from semantrace.core.tables import ALIGNMENT
from semantrace.io.tables import write_table

scores = join_panels([read_panel(path) for path in snakemake.input])
write_table(scores.assign(word_model=snakemake.wildcards.model), snakemake.output[0], ALIGNMENT)
