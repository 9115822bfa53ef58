"""Write the summary of the study, and the numbers that the report's captions quote."""

from semantrace.core.job import start

start(snakemake)

from pathlib import Path

from semantrace.core.tables import FIGURE_DATA
from semantrace.io.html_files import write_html
from semantrace.io.tables import read_table, read_tables
from semantrace.report.caption_numbers import caption_numbers
from semantrace.report.study_facts import SUMMARY_TABLES, Result, StudyFacts
from semantrace.report.summary import summary_page
from semantrace.report.titles import Titles

params, files = snakemake.params, dict(snakemake.input.items())
titles = Titles(params.networks, params.word_models, params.layer_titles)
facts = StudyFacts(
    name=params.study,
    folder=Path(params.folder),
    settings=params.settings,
    config=params.config,
    layers=params.layers,
    titles=titles,
    tables={
        name: read_tables(files[name], table)
        for name, table in SUMMARY_TABLES.items()
        if name in files
    },
    figures={name: files[f"figure_{name}"] for name in params.figures},
    results=[Result(*result) for result in params.results],
)
for name, figure in params.quoted.items():
    data = read_table(files[f"data_{name}"], FIGURE_DATA[figure])
    write_html(caption_numbers(figure, data, titles), getattr(snakemake.output, name))
write_html(summary_page(facts), snakemake.output.summary)
