"""A working copy of the project for tests that run Snakemake."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from semantrace.io.files import sha256_of
from semantrace.study.reading import load_study

RESULT_SUFFIXES = (".h5", ".html", ".mat", ".npy", ".pdf", ".png", ".tsv")


@dataclass(frozen=True)
class Project:
    """A working copy of the project with one study, and a way to run Snakemake in it."""

    folder: Path
    command: tuple[str, ...]
    name: str = "small"

    @property
    def results(self) -> Path:
        return self.folder / "results" / self.name

    def study(self) -> dict:
        """The study as the workflow reads it."""
        return load_study(self.name, self.folder / "studies")

    def table(self, path: str) -> pd.DataFrame:
        """A table among the results."""
        return pd.read_csv(self.results / path, sep="\t")

    def checksums(self) -> dict[str, str]:
        """Checksums of all results by path, without logs and measured times, which differ."""
        return {
            str(path.relative_to(self.results)): sha256_of(path)
            for path in sorted(self.results.rglob("*"))
            if path.suffix in RESULT_SUFFIXES and "benchmarks" not in path.parts
        }

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run Snakemake as a user does, with the default profile; never raises."""
        environment = {**os.environ, "COLUMNS": "1000"}
        return subprocess.run(
            [*self.command, "--cores", "2", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    def dry_run(self, *arguments: str) -> str:
        """What a dry run prints of the jobs that it would run."""
        result = self.snakemake("--dry-run", *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def planned_jobs(self, *arguments: str) -> dict[str, int]:
        """Names of the rules that a dry run would run, with how often."""
        return jobs_in(self.dry_run(*arguments))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs once or more in a file of the project."""
        file = self.folder / path
        text = file.read_text()
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new, 1))


def jobs_in(plan: str) -> dict[str, int]:
    """Names of the rules in what a dry run prints, with how often each would run."""
    table = re.search(r"^job\s+count\n[-\s]+\n(.*?)\ntotal", plan, re.S | re.M)
    if table is None:
        return {}
    return {name: int(count) for name, count in map(str.split, table[1].splitlines())}
