"""Put the parts of the explorer together, of what a study has."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list

from semantrace.core.tree_groups import TreeGroup
from semantrace.explorer.clusters import NAMED, cluster_part
from semantrace.explorer.concepts import concept_part, order_by_clusters, pack_pass_rates
from semantrace.explorer.layers import Catalogue, catalogue
from semantrace.explorer.matrices import (
    bits_of,
    held_layers,
    pack_matrices,
    pack_passes,
)
from semantrace.explorer.misclassified import misclassified_part
from semantrace.explorer.packing import Blocks
from semantrace.explorer.page import write_page
from semantrace.explorer.scores import score_part
from semantrace.explorer.thumbnails import pack_thumbnails

Layer = tuple[str, str]
"""A network and a layer of it, by name."""


class Tree(Protocol):
    """The tree that orders concepts: `semantrace.embedding.concept_tree_files`."""

    network: str
    layer: str
    word_model: str
    tree: np.ndarray
    groups: Sequence[TreeGroup]


@dataclass(frozen=True)
class Titles:
    """What the page calls things.

    Attributes
    ----------
    study : str
    networks, word_models : mapping of str to str
        By name, in the study's order.
    layers : mapping of str to mapping of str to str
        Of each network's layers, where it has titles for them.
    """

    study: str
    networks: Mapping[str, str]
    word_models: Mapping[str, str]
    layers: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Results:
    """What the page shows. Tables are those of `semantrace.core.tables`, of the whole study.

    Attributes
    ----------
    concepts, matching, images : DataFrame
    folder : path
        Of the dataset.
    groups : int
        Groups of images.
    matrices : mapping of Layer to callable
        Gives the (k, k) correlations of a layer, in the order in which layers are shown: of single
        images, or where a study has no words of class vectors.
    words : mapping of str to (k, k) array
        Correlations of each word model.
    passes : mapping of str to iterable of (str, str, array)
        Of some word models network, layer and the counts of `semantrace.alignment.pair_passes`.
    tree : Tree or None
        Which orders the concepts.
    two_vs_two, alignment, pass_rates, one_vs_two, one_vs_two_images : DataFrame or None
        Where the study has words.
    reliability : DataFrame or None
        Where it has several groups of images.
    clusters : mapping of str to DataFrame
        ``labels``, ``assignments``, ``quality`` and ``ordered``; empty without clusters.
    """

    concepts: pd.DataFrame
    matching: pd.DataFrame
    images: pd.DataFrame
    folder: str | Path
    groups: int
    matrices: Mapping[Layer, Callable[[], np.ndarray]]
    words: Mapping[str, np.ndarray] = field(default_factory=dict)
    passes: Mapping[str, Iterable[tuple[str, str, np.ndarray]]] = field(default_factory=dict)
    tree: Tree | None = None
    two_vs_two: pd.DataFrame | None = None
    alignment: pd.DataFrame | None = None
    pass_rates: pd.DataFrame | None = None
    one_vs_two: pd.DataFrame | None = None
    one_vs_two_images: pd.DataFrame | None = None
    reliability: pd.DataFrame | None = None
    clusters: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def build_explorer(path: str | Path, results: Results, titles: Titles, library: str | Path) -> None:
    """Write a study's results as one page.

    Parameters
    ----------
    path : path
        The page.
    results : Results
    titles : Titles
    library : path
        The JavaScript that draws.
    """
    blocks = Blocks()
    shown = _catalogue(results, titles)
    order = concept_order(results, shown)
    first = _first(results, titles, shown)
    parts = _matrices(results, shown, order, blocks)
    parts |= _embedding(results, shown, titles, blocks)
    parts |= _words(results, shown, blocks)
    wrong = [image for test in parts["misclassified"] for image, _, _ in test["images"]]
    parts["thumbnails"] = pack_thumbnails(results.images, results.folder, wrong, blocks)
    text = Path(library).read_text(encoding="utf-8")
    write_page(path, titles.study, {"first": first, "parts": parts}, text, blocks)


def _catalogue(results: Results, titles: Titles) -> Catalogue:
    layers: dict[str, list[str]] = {}
    for network, layer in results.matrices:
        layers.setdefault(network, []).append(layer)
    names = results.concepts["concept"].tolist()
    return catalogue(names, layers, titles.networks, titles.layers, titles.word_models)


def concept_order(results: Results, shown: Catalogue) -> list[int]:
    """Return which concept stands at each place of the page's matrices."""
    if results.tree is not None:
        return leaves_list(results.tree.tree).tolist()
    if results.clusters:
        return order_by_clusters(shown, results.clusters["assignments"]).tolist()
    return list(range(len(shown.concepts)))


def _ordered_by(results: Results, titles: Titles) -> str:
    if results.tree is not None:
        tree = results.tree
        layer = titles.layers.get(tree.network, {}).get(tree.layer, tree.layer)
        return (
            f"The order is that of one tree, of {titles.word_models[tree.word_model]} and of the "
            f"layer of highest 2 vs. 2 accuracy against it ({layer} of "
            f"{titles.networks[tree.network]}); white squares are its branches that WordNet names."
        )
    if results.clusters:
        first = results.clusters["assignments"].iloc[0]
        return (
            f"The order is that of the clusters of {titles.networks[first['network']]}, layer set "
            f"{first['layer_set']}, in as many clusters as it has at most."
        )
    return "The order is that of the study's table of concepts."


def _lacks(results: Results) -> dict[str, str]:
    """Return why views have nothing to show, by view."""
    lacks = {}
    if results.two_vs_two is None:
        lacks["scores"] = (
            "Scores compare layers with word vectors, of which the study has none (word_vectors)."
        )
        lacks["misclassified"] = (
            "The 1 vs. 2 test of misclassified images needs word vectors, of which the study has "
            "none (word_vectors)."
        )
    if not results.clusters:
        lacks["clusters"] = "The study clusters no class vectors (visual_embedding)."
    return lacks


def _first(results: Results, titles: Titles, shown: Catalogue) -> dict:
    scores = None
    if results.two_vs_two is not None and results.alignment is not None:
        scores = score_part(shown, results.two_vs_two, results.alignment, results.reliability)
    return {
        "title": titles.study,
        "concepts": concept_part(results.concepts, results.matching),
        **shown.described(),
        "groups": results.groups,
        "images": len(results.images),
        "of_images": results.two_vs_two is not None,
        "scores": scores,
        "models_with_pairs": [shown.word_model(name) for name in results.passes],
        "layer_sets": _layer_sets(results),
        "cluster_columns": list(NAMED),
        "lacks": _lacks(results),
    }


def _layer_sets(results: Results) -> list[str]:
    """Return network and name of each layer set, as addresses have them."""
    if not results.clusters:
        return []
    sets = results.clusters["labels"][["network", "layer_set"]].drop_duplicates()
    return [f"{network}/{name}" for network, name in sets.to_numpy().tolist()]


def _matrices(results: Results, shown: Catalogue, order: list[int], blocks: Blocks) -> dict:
    best = (results.tree.network, results.tree.layer) if results.tree is not None else None
    held = held_layers(shown, results.groups, len(results.passes), best)

    def name(network: str, layer: str) -> str:
        return f"{shown.network(network)}-{shown.layer(network, layer)}"

    layers = (
        (f"layer-{name(*key)}", matrix()) for key, matrix in results.matrices.items() if key in held
    )
    words = ((f"words-{shown.word_model(model)}", one) for model, one in results.words.items())
    packed = pack_matrices(words, order, bits_of(len(results.words), shown.pairs), blocks)
    packed |= pack_matrices(layers, order, bits_of(len(held), shown.pairs), blocks)
    for model, counts in results.passes.items():
        here = (
            (f"passes-{shown.word_model(model)}-{name(network, layer)}", one)
            for network, layer, one in counts
            if (network, layer) in held
        )
        pack_passes(here, order, results.groups, blocks)
    groups = results.tree.groups if results.tree is not None else ()
    return {
        "order": order,
        "ordered_by": "",
        "groups": [
            {"start": one.start, "end": one.end, "label": one.label, "f1": one.f1} for one in groups
        ],
        "matrices": packed,
    }


def _embedding(results: Results, shown: Catalogue, titles: Titles, blocks: Blocks) -> dict:
    clusters: list[dict] = []
    if results.clusters:
        clusters = cluster_part(shown, dict(titles.networks), dict(results.clusters), blocks)
    return {"clusters": clusters, "ordered_by": _ordered_by(results, titles)}


def _words(results: Results, shown: Catalogue, blocks: Blocks) -> dict:
    if results.pass_rates is not None:
        pack_pass_rates(shown, results.pass_rates, blocks)
    if results.one_vs_two is None or results.one_vs_two_images is None:
        return {"misclassified": []}
    tests = misclassified_part(shown, results.one_vs_two, results.one_vs_two_images, blocks)
    return {"misclassified": tests}
