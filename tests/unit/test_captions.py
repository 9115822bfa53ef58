"""Each figure and table of the report has a caption of its own, and no caption is left over."""

import re


def captions(repository):
    """The caption of each figure and table, by the rules that make them."""
    pattern = (
        r'\*\*(?:figure|table)_output\(\s*"([^"]+)",\s*"[^"]+",\s*"[^"]+",?\s*(?:"(\w+)",?\s*)?\)'
    )
    for path in (repository / "workflow/rules").glob("*_figures.smk"):
        for name, caption in re.findall(pattern, path.read_text(encoding="utf-8")):
            yield caption or name.removesuffix("_{network}")


def test_captions_and_figures_belong_together(repository):
    used = list(captions(repository))
    assert len(set(used)) == len(used)
    assert set(used) == {path.stem for path in (repository / "workflow/report").glob("*.rst")}
