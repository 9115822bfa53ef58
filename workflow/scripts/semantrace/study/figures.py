"""The figures and tables of a study, its explorer, and what it lacks for those that it has not."""

from collections.abc import Iterator
from dataclasses import dataclass

from semantrace.core.errors import suggest
from semantrace.study.schema_errors import Finding, finding
from semantrace.study.schema_parts import Keys
from semantrace.study.text_encoders import layered_encoders

EMERGENCE_FIGURES = (
    "two_vs_two_by_layer",
    "one_vs_two_by_layer",
    "matched_and_mismatched_by_layer",
    "measures_by_layer",
    "semantics_beyond_pixels",
    "concepts_by_pass_rate",
    "correlation_matrices",
)
NETWORKS_FIGURES = ("two_vs_two_by_depth", "best_layers_by_network")
"""What puts networks beside each other."""

EMBEDDING_FIGURES = (
    "cluster_quality",
    "cluster_labels",
    "cluster_hierarchy",
    "cluster_montage",
    "wordnet_correlation",
)
REPEATED_FIGURES = ("two_vs_two_by_layer", "cluster_quality")
"""What each network can have a figure of its own of that repeats a panel of the one of all."""

NETWORK_FIGURES = (*REPEATED_FIGURES, "network_diagram")
"""What each network has a figure of its own of, named by it."""

EMERGENCE_TABLES = (
    "best_layers",
    "best_layers_by_measure",
    "alignment",
    "layer_comparisons",
    "concept_regression",
    "word_model_quality",
)
EMBEDDING_TABLES = ("cluster_names", "cluster_label_table", "distances")
PAGES = ("summary", "explorer")
TABLES = (*EMERGENCE_TABLES, "paper_comparison", *EMBEDDING_TABLES, *PAGES)


@dataclass(frozen=True)
class Offer:
    """A figure or table that studies can have.

    Attributes
    ----------
    is_table : bool
        Whether it is a table, or a page of the report.
    lacks : str
        What the study needs for it and has not; empty where the study has the figure or table.
    """

    is_table: bool
    lacks: str


def offers(study: dict) -> dict[str, Offer]:
    """Return every figure and table by name, also those that the study has not.

    Parameters
    ----------
    study : dict
        A study, or what of it is valid; of an empty one the names that no network decides.
    """
    return {
        name: Offer(name in TABLES, " and ".join(need for is_met, need in conditions if not is_met))
        for name, conditions in _conditions(study).items()
    }


def _conditions(study: dict) -> dict[str, list[tuple[bool, str]]]:
    """Return for each figure and table whether the study has what it needs, and what that is."""
    networks = study.get("networks", {})
    embedding = study.get("visual_embedding", {})
    embedded = embedding.get("networks", {})
    sets = [name for network in embedded.values() for name in network.get("layer_sets", {})]
    words = ("word_vectors" in study, "word_vectors")
    networks_to_compare = (len(networks) > 1, "two networks or more in networks")
    groups = (study.get("images", {}).get("groups", 1) > 1, "images.groups of 2 or more")
    clusters = (bool(embedded), "visual_embedding")
    inversion = ("inversion" in embedding, "visual_embedding.inversion")
    published = ("published" in study, "published values (published)")
    several = (len(embedded) > 1, "two networks or more in visual_embedding.networks")
    analysed = (words[0] or clusters[0], "word_vectors or visual_embedding")
    partitions = (len(sets) > 1, "two layer sets or more in visual_embedding.networks")
    return {
        **dict.fromkeys(EMERGENCE_FIGURES, [words]),
        **{f"two_vs_two_by_layer_{name}": [words] for name in networks},
        **dict.fromkeys(NETWORKS_FIGURES, [words, networks_to_compare]),
        "reliability_by_layer": [words, groups],
        "accuracy_by_images": [words, groups],
        "class_vectors_by_layer": [words, clusters],
        **dict.fromkeys(EMBEDDING_FIGURES, [clusters]),
        **{
            f"cluster_quality_{name}": [(name in embedded, f"{name} in visual_embedding.networks")]
            for name in networks
        },
        "cluster_quality_by_network": [several],
        "partition_agreement": [partitions],
        "inversions": [inversion],
        **{f"network_diagram_{name}": [] for name in networks},
        **dict.fromkeys(EMERGENCE_TABLES, [words]),
        **{f"layer_map_{name}": [] for name in layered_encoders(study)},
        "paper_comparison": [words, published],
        **dict.fromkeys(EMBEDDING_TABLES, [clusters]),
        "summary": [],
        "explorer": [analysed],
    }


def drawn_figures(study: dict) -> list[str]:
    """Return the figures that are drawn when nothing is asked for by name.

    Those that the study lists; or else all but figures of one network that repeat a panel of the
    figure of all, which are drawn where an alias stands for them.

    Parameters
    ----------
    study : dict
        A valid study.
    """
    if study.get("figures") is not None:
        return study["figures"]
    repeated = {f"{name}_{network}" for name in REPEATED_FIGURES for network in study["networks"]}
    left_out = repeated - set(study.get("aliases", {}).values())
    return [
        name
        for name, offer in offers(study).items()
        if not (offer.is_table or offer.lacks or name in left_out)
    ]


def check_figures(study: dict) -> Iterator[Finding]:
    """Yield the names of figures and tables in a study that stand for nothing it has, and why.

    Parameters
    ----------
    study : dict
        A study, or what of it is valid.
    """
    known = offers(study)
    figures = {name: offer for name, offer in known.items() if not offer.is_table}
    for place, wanted in enumerate(study.get("figures", [])):
        yield from _check_name(wanted, figures, ("figures", place), "figure")
    for alias, wanted in study.get("aliases", {}).items():
        where = ("aliases", alias)
        yield from _check_name(wanted, known, where, "figure or table")
        if alias in known:
            text = f"{alias!r} is taken by a figure or table; choose another name"
            yield finding(where, text)


def _check_name(name: str, known: dict[str, Offer], where: Keys, what: str) -> Iterator[Finding]:
    # What a figure needs may itself be wrong, which is then told in its own place.
    relies_on = (("networks",), ("word_vectors",), ("visual_embedding",), ("images",))
    where = where[:1] if where[0] == "figures" else where
    if name not in known:
        have = [other for other, offer in known.items() if not offer.lacks]
        text = f"the study has no {what} {name!r}; {suggest(name, have)}"
        yield finding(where, text, *relies_on)
    elif known[name].lacks:
        text = f"{name!r} needs {known[name].lacks}; add that to the study, or remove the name"
        yield finding(where, text, *relies_on)


def check_figure_names(study: dict) -> Iterator[Finding]:
    """Yield networks whose figures would have the name, and so the file, of another figure."""
    fixed = {name.casefold() for name in offers({})}
    for network in study.get("networks", {}):
        for figure in (f"{stem}_{network}" for stem in NETWORK_FIGURES):
            if figure.casefold() in fixed:
                text = (
                    f"its figure would be {figure}, which is the name of another; change the name"
                )
                yield finding(("networks", network), text)
