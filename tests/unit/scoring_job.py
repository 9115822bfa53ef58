"""Run scripts of the workflow without Snakemake; prints the peak of their memory in bytes.

    python scoring_job.py REPOSITORY JOB …

JOB is a JSON object: the script's name, and the job's input, output, params, wildcards and log.
"""

import json
import os
import runpy
import sys


class Named(list):
    """Values by number, by name and as attributes, as Snakemake gives them to scripts."""

    def __init__(self, values):
        self.named = values if isinstance(values, dict) else {}
        groups = [one if isinstance(one, list) else [one] for one in self.named.values() or values]
        super().__init__(value for group in groups for value in group)

    def __getattr__(self, name):
        try:
            return self.named[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, which):
        return self.named[which] if isinstance(which, str) else super().__getitem__(which)

    def get(self, name, default=None):
        return self.named.get(name, default)

    def items(self):
        return self.named.items()


class Job:
    """What a script finds under the name `snakemake`."""

    def __init__(self, job):
        for name in ("input", "output", "params", "wildcards", "log"):
            setattr(self, name, Named(job[name]))


if __name__ == "__main__":
    repository, *jobs = sys.argv[1:]
    answer = os.fdopen(os.dup(1), "w")
    sys.path[:0] = [f"{repository}/workflow/scripts", f"{repository}/benchmarks"]
    from apart import peak_memory_mb

    for job in map(json.loads, jobs):
        script = f"{repository}/workflow/scripts/{job['script']}.py"
        runpy.run_path(script, {"snakemake": Job(job)}, run_name="__main__")
    print(peak_memory_mb() * 2**20, file=answer, flush=True)
