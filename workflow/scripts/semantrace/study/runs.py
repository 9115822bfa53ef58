"""What Snakemake would run for a study, asked of Snakemake itself."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

TOTAL = re.compile(r"^total\s+(\d+)\s*$", re.MULTILINE)


def jobs_to_run(config: Mapping) -> int | None:
    """Return how many jobs a run of the study has left; None where that cannot be known.

    Parameters
    ----------
    config : mapping
        The configuration, with its `study`.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.json"
        file.write_text(json.dumps(dict(config)), encoding="utf-8")
        command = [sys.executable, "-m", "snakemake", "--dry-run"]
        command += ["--configfile", str(file), "--cores", "1", "--nolock"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        return None
    total = TOTAL.search(answer.stdout)
    return int(total[1]) if total else 0
