"""Made results of a study for the explorer: of any size, with names that are hard to show."""

import itertools
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from scipy.cluster.hierarchy import linkage

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.pair_passes import count_pair_passes
from semantrace.alignment.two_vs_two import prepare_rows
from semantrace.core.names import MEASURE_TITLES
from semantrace.core.tables import ALIGNMENT
from semantrace.embedding.cluster_order import ordered_labels
from semantrace.embedding.concept_tree_files import ConceptTree, TreeGroup
from semantrace.explorer.builder import Results, Titles

ODD_NAMES = (
    '<b>"bold" & co</b>',
    "</script><script>alert(1)</script>",
    "crème brûlée",
    "鳥",
    "polar_bear",
    "it's",
)
SHARE_OF_TRUE = 0.8


class MadeStudy:
    """Random results that agree with each other.

    Parameters
    ----------
    folder : path
        Where images are made.
    concepts : sequence of str
    networks : mapping of str to sequence of str
        Layers of each, the pixels first.
    models : mapping of str to bool
        Word models, and whether each has all measures.
    groups : int
        Of images.
    exact : bool
        Whether pairs are tested; otherwise they pass at random, which takes no time.
    """

    def __init__(self, folder, concepts, networks, models, groups=1, exact=True, seed=0):
        self.folder, self.concepts, self.networks = Path(folder), list(concepts), networks
        self.models, self.groups, self.exact = models, groups, exact
        self.random = np.random.default_rng(seed)
        self.k = len(self.concepts)
        self.words = {model: self._correlations(0, number) for number, model in enumerate(models)}
        self.layers = {
            (network, layer): partial(self._layer, network, layer, place)
            for network, layers in networks.items()
            for place, layer in enumerate(layers)
        }
        self.counts = {model: dict(self._count(model)) for model in models}

    def _correlations(self, shared: float, seed: int = 0) -> np.ndarray:
        """Correlations of features, part of which are the same in all spaces."""
        common = np.random.default_rng(99).normal(size=(self.k, 20))
        own = np.random.default_rng(seed).normal(size=(self.k, 20))
        return np.corrcoef(common + own * (1.5 - shared))

    def _layer(self, network: str, layer: str, place: int) -> LayerCorrelations:
        number = list(self.networks).index(network)
        matrices = [
            self._correlations(place / 10, 1 + 1000 * number + 10 * place + group)
            for group in range(self.groups)
        ]
        return LayerCorrelations(network, layer, place, np.array(matrices))

    def mean_of(self, network: str, layer: str) -> np.ndarray:
        return np.mean(self.layers[network, layer]().matrices, axis=0)

    def _count(self, model: str):
        for key, layer in self.layers.items():
            pairs = self.k * (self.k - 1) // 2
            yield (
                key,
                count_pair_passes(prepare_rows(self.words[model]), layer())
                if self.exact
                else self.random.binomial(self.groups, SHARE_OF_TRUE, pairs).astype(np.uint16),
            )

    def pass_rates(self) -> pd.DataFrame:
        upper = np.triu_indices(self.k, 1)
        parts = []
        for model, (network, layer) in itertools.product(self.models, self.layers):
            square = np.zeros((self.k, self.k))
            square[upper] = self.counts[model][network, layer]
            square += square.T
            part = pd.DataFrame({"concept": self.concepts, "wnid": ""})
            part["pass_rate"] = square.sum(axis=1) / (self.k - 1) / self.groups
            place = self.networks[network].index(layer)
            keys = {"word_model": model, "network": network, "layer": layer, "layer_index": place}
            parts.append(part.assign(**keys))
        return pd.concat(parts, ignore_index=True)

    def two_vs_two(self) -> pd.DataFrame:
        rates = self.pass_rates()
        keys = ["word_model", "network", "layer", "layer_index"]
        table = rates.groupby(keys, sort=False)["pass_rate"].mean().reset_index()
        table = table.rename(columns={"pass_rate": "accuracy"})
        return table.assign(
            groups=self.groups,
            concepts=self.k,
            accuracy_low=table["accuracy"] - 0.03,
            accuracy_high=table["accuracy"] + 0.02,
            p_value=self.random.uniform(0.001, 0.1, len(table)),
            p_family_wise=np.where(table["layer_index"] > 0, 0.04, np.nan),
        )

    def alignment(self) -> pd.DataFrame:
        scores = self.two_vs_two()
        scores = scores[scores["word_model"].map(self.models)]
        parts = []
        for measure, group in itertools.product(MEASURE_TITLES, ["mean", *range(self.groups)]):
            part = scores.drop(columns=["groups", "concepts"]).assign(
                measure=measure, group=str(group), null_mean=0.5, null_95=0.57, permutations=200
            )
            part["raw"] = part["accuracy"]
            if measure != "two_vs_two" or group != "mean":
                part["raw"] = self.random.uniform(0, 1, len(part))
            part["corrected"] = (part["raw"] - 0.5) / 0.5
            parts.append(part[ALIGNMENT.names])
        return pd.concat(parts, ignore_index=True)

    def reliability(self) -> pd.DataFrame:
        rows = [
            (network, layer, place)
            for network, layers in self.networks.items()
            for place, layer in enumerate(layers)
        ]
        table = pd.DataFrame(rows, columns=["network", "layer", "layer_index"])
        ends = {"reliability": 0.97, "rsa_ceiling_low": 0.6, "rsa_ceiling_high": 0.7}
        return table.assign(groups=self.groups, reliability_spread=0.01, **ends)

    def clusters(self) -> dict[str, pd.DataFrame]:
        assignments, labels, quality = [], [], []
        for network, layer_set in itertools.product(list(self.networks), ["high", "all"]):
            for k in (2, 3, 4, 9):
                cluster = np.sort(self.random.permutation(np.arange(self.k) % k))
                cluster = self.random.permutation(cluster)
                key = {"network": network, "layer_set": layer_set, "k": k}
                typical = self.random.uniform(0, 1, self.k).round(6)
                part = pd.DataFrame({"concept": self.concepts, "cluster": cluster, "wnid": ""})
                assignments.append(part.assign(typicality=typical, **key))
                named = pd.DataFrame({"cluster": range(k), "size": np.bincount(cluster)})
                f1 = self.random.uniform(0.3, 0.9, k).round(6)
                names = {
                    "synset": [f"thing_{one}.n.01" for one in range(k)],
                    "label": [f"thing_{one}<i>" for one in range(k)],
                }
                more = {"precision": 0.5, "recall": 0.25, "second_label": "other", "second_f1": 0.1}
                labels.append(
                    named.assign(f1=f1, wnid="", second_synset="", **names, **more, **key)
                )
                null = {"null_mean_f1": 0.3, "null_low": 0.2, "null_high": 0.4, "p_value": 0.01}
                quality.append(pd.DataFrame([{**key, "mean_f1": f1.mean(), **null}]))
        tables = {"labels": labels, "assignments": assignments, "quality": quality}
        tables = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
        return tables | {"ordered": ordered_labels(tables["labels"], tables["assignments"])}

    def one_vs_two(self, wrong: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        scores, images = [], []
        for network, model in itertools.product(self.networks, self.models):
            for place, layer in enumerate(self.networks[network]):
                keys = {"word_model": model, "network": network, "layer": layer}
                keys["layer_index"] = place
                passed = self.random.uniform(size=wrong) < 0.6
                concepts = self.concepts[:wrong]
                part = pd.DataFrame({"concept": concepts, "passed": passed})
                part["image"] = [f"image_{number}_0" for number in range(wrong)]
                images.append(part.assign(group="0", predicted_word="<u>shield", **keys))
                tested = {"images": wrong, "accuracy": passed.mean(), "null_mean": 0.5}
                scores.append({**keys, **tested, "p_value": 0.2, "p_family_wise": 0.3, "note": ""})
        return pd.DataFrame(scores), pd.concat(images, ignore_index=True)

    def images(self) -> pd.DataFrame:
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for number, concept in enumerate(self.concepts):
            for group in range(self.groups):
                path = f"{number % 50}_{group % 3}.png"
                if not (self.folder / path).is_file():
                    pixels = np.random.default_rng(number).integers(0, 255, (9, 12, 3))
                    picture = Image.fromarray(pixels.astype(np.uint8))
                    picture.resize((96, 72)).save(self.folder / path)
                rows.append((f"image_{number}_{group}", concept, "", path, str(group)))
        return pd.DataFrame(rows, columns=["image", "concept", "wnid", "path", "group"])

    def tree(self) -> ConceptTree:
        network = list(self.networks)[0]
        layer, model = self.networks[network][-1], list(self.models)[0]
        words = self.words[model]
        tree = linkage(1 - words[np.triu_indices(self.k, 1)], method="average")
        groups = (TreeGroup(0, 4, "first_four", 0.75),)
        return ConceptTree(model, network, layer, tuple(self.concepts), words, words, tree, groups)

    def results(self, wrong: int = 5) -> Results:
        concepts = pd.DataFrame({"concept": self.concepts, "wnid": "", "class": self.concepts})
        measured = [model for model, is_measured in self.models.items() if is_measured]
        tests, wrong_images = self.one_vs_two(wrong)
        return Results(
            concepts=concepts.assign(images=self.groups, synset=""),
            matching=concepts.assign(definition="made & <so on>"),
            images=self.images(),
            folder=self.folder,
            groups=self.groups,
            matrices={key: partial(self.mean_of, *key) for key in self.layers},
            words=self.words,
            passes={
                model: [(*key, counts) for key, counts in self.counts[model].items()]
                for model in measured
            },
            tree=self.tree(),
            two_vs_two=self.two_vs_two(),
            alignment=self.alignment(),
            pass_rates=self.pass_rates(),
            one_vs_two=tests,
            one_vs_two_images=wrong_images,
            reliability=self.reliability() if self.groups > 1 else None,
            clusters=self.clusters(),
        )

    def titles(self) -> Titles:
        def titles(names):
            return {name: f"{name} <title>" for name in names}

        return Titles('A "made" <study>', titles(self.networks), titles(self.models), {})


def odd_study(folder: Path, groups: int = 3) -> MadeStudy:
    """A small study of 14 concepts, two networks, two word models and three groups of images."""
    names = [*ODD_NAMES, *(f"thing_{number}" for number in range(8))]
    networks: Mapping[str, list[str]] = {
        "first": ["pixels", "low", "middle", "high"],
        "second": ["pixels", "low", "top.cls"],
    }
    return MadeStudy(folder, names, networks, {"glove": True, "encoder.0": False}, groups)
