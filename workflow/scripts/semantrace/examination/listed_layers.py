"""Tells the layers of a network by name, for those who plan without building it.

What is asked comes as JSON on standard input; the layers, or a line for each problem with status
1, go as JSON to standard output.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semantrace.core.errors import InputError
from semantrace.core.job import set_up_libraries
from semantrace.core.names import POOLINGS
from semantrace.io.package_index import fetch_package_files
from semantrace.study.layer_patterns import ListedLayer


def listed_layers(asked: Mapping[str, Any]) -> list[ListedLayer]:
    """Return the layers of a network, in its order."""
    from semantrace.networks.registry import outline_network  # once the libraries are set up

    package, spec = asked["package"], asked["spec"]
    if package is not None and not Path(spec["architecture"]).is_file():
        folder = spec["architecture_source"]["folder"]
        fetch_package_files(package["package"], package["files"], folder, asked["downloads"])
    network = outline_network(spec)
    return [
        ListedLayer(
            layer,
            network.other_names(layer),
            tuple(one for one in POOLINGS if network.problem_of(f"{layer}.{one}") is None),
        )
        for layer in network.layers
    ]


def main() -> int:
    """Answer, on what was standard output; libraries that print there do so on standard error."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    set_up_libraries()
    with answer:
        try:
            json.dump(listed_layers(json.load(sys.stdin)), answer)
        except InputError as error:
            json.dump(list(error.problems), answer)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
