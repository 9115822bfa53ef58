"""Each figure and table of the report has a caption of its own, and no caption is left over."""

import re

OUTPUT = re.compile(
    r'\*\*(?:figure|table)_output\(\s*"([^"]+)",\s*"[^"]+",\s*"[^"]+",?\s*(?:"(\w+)",?\s*)?\)'
)
RULE = re.compile(r"^ *(?:use rule base as \w+ with|rule \w+):\n", re.M)
PARAMS = re.compile(r"^ *params:\n(.*?)^ *message:", re.M | re.S)
MAPPING = re.compile(r"^([A-Z_]+) = {\n(.*?)^}", re.M | re.S)


def captions(repository):
    """The caption of each figure and table, and the text of the rule that makes it."""
    for path in (repository / "workflow/rules").glob("*_figures.smk"):
        text = path.read_text(encoding="utf-8")
        mappings = dict(MAPPING.findall(text))
        for rule in RULE.split(text)[1:]:
            ((name, caption),) = OUTPUT.findall(rule)
            for shared, keys in mappings.items():
                rule = rule.replace(f"**{shared}", keys)
            yield caption or name.removesuffix("_{network}"), rule


def test_captions_and_figures_belong_together(repository):
    used = [caption for caption, _ in captions(repository)]
    assert len(set(used)) == len(used)
    assert {*used, "explorer"} == {
        path.stem for path in (repository / "workflow/report").glob("*.rst")
    }


def test_captions_ask_for_nothing_that_their_rules_lack(repository):
    """Jinja writes nothing where a name is unknown."""
    asked = 0
    for caption, rule in captions(repository):
        text = (repository / f"workflow/report/{caption}.rst").read_text(encoding="utf-8")
        (params,) = PARAMS.findall(rule)
        known = {
            "params": set(re.findall(r"^ *\"?(\w+)\"?[=:]", params, re.M)),
            "wildcards": set(re.findall(r"{(\w+)}", OUTPUT.search(rule)[1])),
            "config": {"permutations"},
        }
        for kind, name in re.findall(r"snakemake\.(\w+)(?:\.|\[\")(\w+)", text):
            assert name in known[kind], f"{caption}: snakemake.{kind}.{name}"
            asked += 1
    assert asked > 20
