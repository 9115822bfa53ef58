"""Make the pages of the site whose text is a file outside of its folder, such as the README."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

REPOSITORY = Path(__file__).parents[2]

PAGES = {
    "index.md": "README.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
    "results.md": "results/README.md",
}
"""Pages of the site, each with the file of the repository that it is."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to those of the folder; called by MkDocs."""
    for page, source in PAGES.items():
        text = (REPOSITORY / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=re.sub(r"(?<=\]\()docs/", "", text)))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Turn links to these files into links to their pages; called by MkDocs."""
    for page, source in PAGES.items():
        link = rf"(?<=\]\()((?:\.\./)*?)(?:\.\./)?{re.escape(source)}(?=[)#])"
        markdown = re.sub(link, rf"\g<1>{page}", markdown)
    return markdown
