"""Each figure and table of the report has a caption of its own, and no caption is left over."""

import re

from semantrace.report.caption_numbers import QUOTED
from semantrace.report.contents import PLACES
from semantrace.report.table_page import SHOWN_TABLES

OUTPUT = re.compile(r'\*\*(figure|table)_output\(\s*"([^"]+)",?\s*(?:"(\w+)",?\s*)?\)')
PAGES = {"summary", "concept_matching", "software", "workflow", "explorer"}
"""Captions of what no rule of a figure or table makes, and the report's first page."""

RULE = re.compile(r"^ *(?:use rule base as \w+ with|rule \w+):\n", re.M)
PARAMS = re.compile(r"^ *params:\n(.*?)^ *message:", re.M | re.S)
MAPPING = re.compile(r"^([A-Z_]+) = {\n(.*?)^}", re.M | re.S)


def captions(repository):
    """The caption of each figure and table, and the text of the rule that makes it."""
    for path in (repository / "workflow/rules").glob("*_figures.smk"):
        text = path.read_text(encoding="utf-8")
        mappings = dict(MAPPING.findall(text))
        for rule in RULE.split(text)[1:]:
            ((kind, name, second),) = OUTPUT.findall(rule)
            for shared, keys in mappings.items():
                rule = rule.replace(f"**{shared}", keys)
            caption = second if kind == "figure" else ""
            # pages of tables are written by one rule, of which captions ask for nothing
            yield caption or name.removesuffix("_{network}"), rule if kind == "figure" else None


def test_captions_and_figures_belong_together(repository):
    used = [caption for caption, _ in captions(repository)]
    assert len(set(used)) == len(used)
    written = {path.stem for path in (repository / "workflow/report").glob("*.rst")}
    assert {*used, *PAGES} == written


def test_captions_ask_for_nothing_that_their_rules_lack(repository):
    """Jinja writes nothing where a name is unknown."""
    asked = 0
    for caption, rule in captions(repository):
        text = (repository / f"workflow/report/{caption}.rst").read_text(encoding="utf-8")
        known = {"config": {"permutations"}}
        if rule is not None:
            (params,) = PARAMS.findall(rule)
            known["params"] = set(re.findall(r"^ *\"?(\w+)\"?[=:]", params, re.M))
            known["wildcards"] = set(re.findall(r"{(\w+)}", OUTPUT.search(rule)[2]))
        for kind, name in re.findall(r"snakemake\.(\w+)(?:\.|\[\")(\w+)", text):
            assert name in known[kind], f"{caption}: snakemake.{kind}.{name}"
            asked += 1
    assert asked > 20


def test_captions_ask_for_the_numbers_of_their_own_figure(repository):
    rules = (repository / "workflow/rules").glob("*_figures.smk")
    outputs = [found for path in rules for found in OUTPUT.findall(path.read_text("utf-8"))]
    captions = {
        name: caption or name.removesuffix("_{network}")
        for kind, name, caption in outputs
        if kind == "figure"
    }
    quoting = set()
    for name, caption in captions.items():
        text = (repository / f"workflow/report/{caption}.rst").read_text(encoding="utf-8")
        for asked in re.findall(r"{% set figure = (.*) %}", text):
            stem = name.removesuffix("{network}")
            assert asked == (
                f'"{stem}"' if stem == name else f'"{stem}" ~ snakemake.wildcards.network'
            )
            quoting.add(name)
    assert quoting == set(QUOTED)


def test_the_report_has_a_place_for_every_figure_and_table(repository):
    rules = (repository / "workflow/rules").glob("*_figures.smk")
    shown = {name for path in rules for _, name, _ in OUTPUT.findall(path.read_text("utf-8"))}
    assert {*shown, *PAGES} - {"workflow"} == set(PLACES)
    assert set(SHOWN_TABLES) < set(PLACES)
    categories = [place.sorted_category for place in PLACES.values()]
    assert categories == sorted(categories)
    for category in set(categories):
        titles = [one.sorted_title for one in PLACES.values() if one.sorted_category == category]
        assert titles == sorted(titles)
