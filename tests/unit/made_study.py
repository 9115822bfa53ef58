"""A study whose correlations are made up, and its scoring scripts run on them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import (
    write_image_correlations,
    write_word_correlations,
)
from semantrace.activations.correlations import CorrelatedRows
from semantrace.core.tables import CONCEPTS
from semantrace.io.files import create_hdf5
from semantrace.io.tables import write_table
from semantrace.statistics.permutations import draw_permutations

MODEL = "glove"
FEATURES = 60


@dataclass(frozen=True)
class MadeStudy:
    """The files of a study with one word model, below a folder."""

    folder: Path
    repository: Path
    networks: Mapping[str, int]
    groups: int

    def correlations(self, *networks: str) -> list[str]:
        """The files of all groups of some networks."""
        return [
            str(self.folder / f"{network}_{group}.h5")
            for network in networks
            for group in range(self.groups)
        ]

    @property
    def words_and_concepts(self) -> dict[str, str]:
        files = {"concepts": "concepts.tsv", "permutations": "orders.h5", "words": "words.h5"}
        return {name: str(self.folder / file) for name, file in files.items()}

    def files(self, network: str, *names: str) -> dict[str, str]:
        """Results of one network, by name."""
        return {name: str(self.folder / f"{network}.{name}") for name in names}

    def of_all(self, name: str) -> list[str]:
        """The result of this name of each network."""
        return [str(self.folder / f"{network}.{name}") for network in self.networks]

    def job(self, script: str, inputs, outputs, network: str = "", **params) -> dict:
        """What `scoring_job.py` needs to know to run a script."""
        return {
            **{"script": script, "input": inputs, "output": outputs},
            "wildcards": {"model": MODEL} | ({"network": network} if network else {}),
            "params": {"threads": 2, "networks": list(self.networks), **params},
            "log": [str(self.folder / "log")],
        }

    def two_vs_two(self, network: str) -> dict:
        """The 2 vs. 2 tests of one network."""
        inputs = self.words_and_concepts | {"images": self.correlations(network)}
        outputs = self.files(network, "layers", "concepts", "null", "halves")
        return self.job("score_two_vs_two", inputs, outputs, network, seed=1, study="made")

    def alignment(self, network: str) -> dict:
        """The panel of one network, whose 2 vs. 2 tests are done."""
        inputs = self.words_and_concepts | {"images": self.correlations(network)}
        inputs |= self.files(network, "layers", "null")
        return self.job("score_alignment", inputs, self.files(network, "panel"), network)

    def run(self, *jobs: dict) -> int:
        """Run scripts in one process, which is nobody else's; returns the most bytes it held."""
        runner = Path(__file__).parent / "scoring_job.py"
        command = [sys.executable, str(runner), str(self.repository), *map(json.dumps, jobs)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        log = self.folder / "log"
        told = log.read_text() if log.is_file() else ""
        assert result.returncode == 0, result.stderr + told
        return int(float(result.stdout))


def make_study(
    folder: Path,
    repository: Path,
    concepts: int,
    networks: Mapping[str, int],
    groups: int = 2,
    permutations: int = 30,
    alike: float = 1.0,
) -> MadeStudy:
    """Write the files of a study whose networks have so many layers each, the pixels included.

    Deeper layers are the more like words; with `alike` zero none is.
    """
    rng = np.random.default_rng(concepts)
    names = [f"c{number}" for number in range(concepts)]
    table = pd.DataFrame(
        {"concept": names, "wnid": [f"n{number:08}" for number in range(concepts)]}
    )
    table = table.assign(images=groups, **{"class": names, "synset": names})
    write_table(table, folder / "concepts.tsv", CONCEPTS)
    with create_hdf5(folder / "orders.h5") as file:
        orders = draw_permutations(rng, concepts, permutations)
        file.create_dataset("permutations", data=orders)
    meaning = rng.normal(size=(concepts, FEATURES))
    write_word_correlations(folder / "words.h5", names, _rows(meaning), {})
    for network, layers in networks.items():
        for group in range(groups):
            spaces = {
                f"layer{layer}": _rows(
                    rng.normal(size=meaning.shape) + alike * layer / layers * meaning
                )
                for layer in range(layers)
            }
            attributes = {"network": network, "group": group}
            path = folder / f"{network}_{group}.h5"
            write_image_correlations(path, names, spaces, attributes)
    return MadeStudy(folder, repository, networks, groups)


def _rows(values: np.ndarray) -> CorrelatedRows:
    return CorrelatedRows(
        np.corrcoef(values), values.mean(axis=1), values.std(axis=1), values.shape[1]
    )
