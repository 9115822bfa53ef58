"""Write tables as pages that sort and filter."""

from semantrace.core.job import start

start(snakemake)

from semantrace.io.html_files import write_html
from semantrace.io.tables import read_table
from semantrace.report.contents import PLACES
from semantrace.report.table_page import SHOWN_TABLES, table_page

for name, path in snakemake.input.items():
    table = SHOWN_TABLES[name]
    page = table_page(read_table(path, table), table, PLACES[name].title)
    write_html(page, getattr(snakemake.output, name))
