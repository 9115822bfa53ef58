"""The tutorial's commands and its study, as they stand in the documentation."""

import os
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r'^```(\w+)(?: title="([^"]*)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
RUN_ELSEWHERE = ("git clone", "make install", "export PATH=")
"""What begins the blocks that .ci/run runs, from nothing but what is committed."""


def tutorial_blocks(repository: Path) -> list[tuple[str, str, str]]:
    """Return kind, title and text of all blocks of the tutorial."""
    return BLOCK.findall((repository / "docs/tutorial.md").read_text(encoding="utf-8"))


def tutorial_study(repository: Path) -> tuple[str, str]:
    """Return the path and the text of the study that the tutorial writes."""
    ((_, path, text),) = [block for block in tutorial_blocks(repository) if block[1]]
    return path, text


def tutorial_commands(repository: Path) -> list[str]:
    """Return the commands that the tutorial runs in a project, each of one line."""
    return [
        line
        for kind, _, text in tutorial_blocks(repository)
        if kind == "bash" and not text.startswith(RUN_ELSEWHERE)
        for line in text.splitlines()
    ]


def run_as_written(command: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a command in a shell, with the programs of this environment on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "1000"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
