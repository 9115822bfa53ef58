"""The first page of the report: the story of a study in its own numbers.

The page stands alone, and Snakemake's report shows the same page as its description. There its
links open the report's own results, and its style makes room for it; Snakemake keeps descriptions
in a script, which a script of the page would end.
"""

from html import escape
from itertools import groupby
from pathlib import Path

from semantrace.report.alignment_sections import certainty, concepts, found
from semantrace.report.data_sections import data, losses, question, settings
from semantrace.report.embedding_sections import embedding
from semantrace.report.study_facts import StudyFacts

STYLE = """
.semantrace { font: 16px/1.55 system-ui, sans-serif; color: #222; max-width: 54rem; }
.semantrace h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; font-weight: 700; }
.semantrace h2 { font-size: 1.2rem; margin: 1.8rem 0 .5rem; font-weight: 700;
  border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
.semantrace p { margin: .5rem 0; }
.semantrace ul { margin: .5rem 0; padding-left: 1.2rem; list-style: disc; }
.semantrace li { margin: .3rem 0; }
.semantrace .note { color: #555; font-size: .875rem; }
.semantrace .wide { overflow-x: auto; margin: .8rem 0; }
.semantrace table { border-collapse: collapse; font-size: .875rem; margin: 0; width: auto; }
.semantrace th, .semantrace td { text-align: left; padding: .25rem .9rem .25rem 0;
  border-bottom: 1px solid #e5e5e5; vertical-align: top; }
.semantrace td:not(.number) { min-width: 6rem; }
.semantrace .number { text-align: right; font-variant-numeric: tabular-nums; }
.semantrace td.number { white-space: nowrap; }
.semantrace img { max-width: 100%; height: auto; margin: .8rem 0; }
.semantrace a { color: #0173b2; }
.semantrace nav ul { columns: 16rem; }
body:has(> .semantrace) { margin: 0; }
body > .semantrace { margin: 1.5rem auto; padding: 0 1rem; }
.framed .semantrace nav { display: none; }
/* in Snakemake's report: all of the width, the rules below, and no centring, which cuts the top */
.prose:has(.semantrace) { max-width: none !important; }
.items-center:has(> div .prose .semantrace) { align-items: flex-start !important; }
.flex:has(> div > .prose .semantrace) { flex-direction: column; }
"""

OPEN_IN_REPORT = (
    "const link = event.target.closest('a[data-result]');"
    "if (link &amp;&amp; typeof app !== 'undefined' &amp;&amp; results[link.dataset.result]) {"
    "const path = link.dataset.result, result = results[path];"
    "app.setView({navbarMode: 'resultinfo', resultPath: path, contentPath: result.data_uri,"
    "content: result.mime_type === 'text/html' ? 'html' : 'img'});"
    "event.preventDefault(); }"
)
"""What a click does where Snakemake's report shows the page; alone, links open files beside it."""


def summary_page(facts: StudyFacts) -> str:
    """Return the page.

    Parameters
    ----------
    facts : StudyFacts
        Sections whose tables are absent are left out.
    """
    title = escape(str(facts.settings["title"]))
    sections = (question, data, found, embedding, certainty, concepts, losses, settings)
    body = "".join(part(facts) for part in sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body onload="document.body.classList.toggle('framed', self !== top)">
<article class="semantrace" onclick="{OPEN_IN_REPORT}">
<h1>{title}</h1>
<p class="note">Study {escape(facts.name)} of Semantrace. Every number stands in its tables.</p>
{body}{_links(facts)}</article>
</body>
</html>
"""


def _links(facts: StudyFacts) -> str:
    """Return links to all results by category."""
    parts = []
    for category, results in groupby(facts.results, key=lambda result: result.category):
        links = "".join(
            f'<li><a href="{escape(str(Path(result.path).relative_to(facts.folder)))}" '
            f'data-result="{escape(result.path)}">{escape(result.title)}</a></li>\n'
            for result in results
        )
        parts.append(f"<h3>{escape(category)}</h3>\n<ul>\n{links}</ul>\n")
    return f"<nav>\n<h2>Figures and tables</h2>\n{''.join(parts)}</nav>\n" if parts else ""
