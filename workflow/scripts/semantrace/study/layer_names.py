"""The layers of a network by name, told once by a process of its own and kept.

Snakemake, which plans with them, stays without TensorFlow.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semantrace.core.code_digest import code_digest
from semantrace.core.errors import InputError
from semantrace.io.files import write_lines
from semantrace.io.fingerprints import fingerprints
from semantrace.study.layer_patterns import ListedLayer
from semantrace.study.networks import BUILT_BY

SCRIPTS = Path(__file__).parents[2]
LISTING = "semantrace.examination.listed_layers"


def layer_names(
    name: str, settings: Mapping[str, Any], package: Mapping[str, Any] | None, resources: str
) -> list[ListedLayer]:
    """Return the layers of a study's network, in its order.

    Parameters
    ----------
    name : str
        What the study calls it.
    settings : mapping
        The study's network, with the paths of its files.
    package : mapping, optional
        The `package` and the `files` that are taken from it, where its file comes out of one; it
        is fetched if it is not there.
    resources : str
        Where what is fetched lies, and the names are kept.

    Raises
    ------
    InputError
        When the network cannot be built, with a line for each problem.
    """
    spec = {key: settings[key] for key in BUILT_BY if key in settings}
    kept = Path(resources, "layers", f"{name}-{_digest(spec, resources)}.json")
    if kept.is_file():
        return _listed(kept.read_text(encoding="utf-8"))
    print(f"{name}: its layers are listed once, for the patterns in the study", file=sys.stderr)
    asked = {"spec": spec, "package": package, "downloads": f"{resources}/downloads"}
    told = subprocess.run(
        [sys.executable, "-m", LISTING],
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
        check=False,
    )
    if told.returncode:
        lines = json.loads(told.stdout or "[]") or [
            "its layers cannot be listed, as stands above; name them without patterns"
        ]
        raise InputError(*(f"networks.{name}: {line}" for line in lines))
    write_lines([told.stdout.strip()], kept)
    return _listed(told.stdout)


def _listed(text: str) -> list[ListedLayer]:
    return [
        ListedLayer(name, tuple(others), tuple(poolings))
        for name, others, poolings in json.loads(text)
    ]


def _digest(spec: Mapping[str, Any], resources: str) -> str:
    """Return what names a list: the network's settings, its own file's contents, and our code."""
    file = Path(spec["architecture"])
    own = []
    if file.is_file() and "architecture_source" not in spec:
        own = fingerprints(file.parent, [file.name], Path(resources, "fingerprints"))
    code = code_digest(SCRIPTS / f"{LISTING.replace('.', '/')}.py")
    return hashlib.sha256(json.dumps([spec, own, code], sort_keys=True).encode()).hexdigest()[:8]
