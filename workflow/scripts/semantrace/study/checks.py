"""What a study's schema cannot see: keys at odds with each other, and names that collide.

Each check yields findings and takes a study that may lack any key: what its schema found wrong
has been taken out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from semantrace.core.errors import Problems, suggest
from semantrace.core.names import PIXELS, WORDS
from semantrace.study.figures import check_figure_names, check_figures
from semantrace.study.layer_patterns import has_patterns, is_pattern
from semantrace.study.networks import (
    FOR_FILES,
    WEIGHTS,
    is_network_file,
    is_onnx_file,
    named_architecture,
    other_file_advice,
)
from semantrace.study.schema_errors import Finding, finding
from semantrace.study.schema_parts import Keys
from semantrace.study.text_encoders import TEXT_ENCODER, layered_encoders


def contradictions(study: dict) -> Iterator[Finding]:
    """Yield what is wrong with a study whose keys are valid one by one."""
    for name, network in study.get("networks", {}).items():
        yield from _network_contradictions(("networks", name), network)
    yield from _image_contradictions(study.get("images", {}))
    yield from _embedding_contradictions(study)
    yield from _word_vector_contradictions(study)
    yield from _published_contradictions(study)
    yield from _name_collisions(study)
    yield from check_figure_names(study)
    yield from check_figures(study)


def _network_contradictions(where: Keys, network: dict) -> Iterator[Finding]:
    yield from _architecture_contradictions(where, network)
    layers = network.get("layers", [])
    if PIXELS in layers:
        yield finding(
            (*where, "layers"),
            f"{PIXELS!r} is the layer zero of every network; remove it from the list",
        )
    titles = network.get("layer_titles", layers)
    if "layer_titles" in network and has_patterns(layers):
        yield finding(
            (*where, "layer_titles"),
            "titles need each layer named, and layers has a pattern; leave the titles out",
            (*where, "layers"),
        )
    elif len(titles) != len(layers):
        yield finding(
            (*where, "layer_titles"),
            f"{len(titles)} titles for {len(layers)} layers; give each layer one, in the same "
            "order",
            (*where, "layers"),
        )


def _architecture_contradictions(where: Keys, network: dict) -> Iterator[Finding]:
    architecture = named_architecture(network.get("architecture", ""))
    if not architecture or is_network_file(architecture):
        return
    if advice := other_file_advice(architecture):
        yield finding((*where, "architecture"), f"{architecture} {advice}")
        return
    if "weights" not in network:
        text = f"key 'weights' is missing; add it: {WEIGHTS}"
        yield finding(where, text, (*where, "weights"))
    for key in FOR_FILES:
        if key in network:
            yield finding((*where, key), "it is for .keras, .h5 and .onnx files only; remove it")


def _image_contradictions(images: dict) -> Iterator[Finding]:
    per_concept, groups = images.get("per_concept"), images.get("groups", 1)
    if isinstance(per_concept, dict):
        per_concept = per_concept.get("at_most")
    if isinstance(per_concept, int) and per_concept < groups:
        yield finding(
            ("images", "groups"),
            f"{groups} groups need as many images of a concept, and per_concept is "
            f"{per_concept}; raise it or lower groups",
            ("images", "per_concept"),
        )


def _embedding_contradictions(study: dict) -> Iterator[Finding]:
    embedding = study.get("visual_embedding", {})
    where = ("visual_embedding",)
    clusters = embedding.get("clusters", {})
    first, last = clusters.get("from", 2), clusters.get("to", float("inf"))
    if first > last:
        text = f"from {first} to {last} is empty; swap them"
        yield finding((*where, "clusters"), text)
    embedded = embedding.get("networks", {})
    for name, network in embedded.items():
        here: Keys = (*where, "networks", name)
        yield from _unknown(name, study.get("networks", {}), here, "network", ("networks",))
        for layer_set, layers in network.get("layer_sets", {}).items():
            yield from _unknown_layers(study, name, layers, (*here, "layer_sets", layer_set))
    for name, layers in embedding.get("inversion", {}).get("networks", {}).items():
        here = (*where, "inversion", "networks", name)
        place = (*where, "networks")
        yield from _unknown(name, embedded, here, "network in visual_embedding.networks", place)
        yield from _unknown_layers(study, name, layers, here)
        network = study.get("networks", {}).get(name, {})
        if is_onnx_file(named_architecture(network.get("architecture", ""))):
            yield finding(
                here,
                "images of class vectors need gradients, which ONNX networks do not give; take it "
                "out",
                ("networks", name, "architecture"),
            )


def _unknown(
    name: str, known: Iterable[str], where: Keys, what: str, place: Keys
) -> Iterator[Finding]:
    """Yield that a name is not among those of another key, at `place`."""
    if name not in known:
        yield finding(where, f"no such {what}; {suggest(name, known)}", (*place, name))


def _unknown_layers(study: dict, network: str, layers: list[str], where: Keys) -> Iterator[Finding]:
    known = study.get("networks", {}).get(network, {}).get("layers")
    if known is None or has_patterns(known):  # which are held against the network itself
        return
    for layer in layers:
        if layer not in known and not is_pattern(layer):
            text = f"{layer!r} is not among the network's layers; {suggest(layer, known)}"
            yield finding(where, text, ("networks", network, "layers"))


# What says where a model of some formats is, what they need beside it, and what no other reads.
SOURCES = {"array": ("array", "url"), TEXT_ENCODER: ("file",)}
NEEDED = {
    "array": ("vocabulary",),
    "csv": ("columns",),
    TEXT_ENCODER: ("tokenizer", "config"),
}


OF_ONE_FORMAT = {
    "vocabulary": "array",
    "columns": "csv",
    "distances": "similarities",
    **dict.fromkeys(("tokenizer", "config", "layers", "pooling", "template"), TEXT_ENCODER),
}


def _word_vector_contradictions(study: dict) -> Iterator[Finding]:
    for name, model in study.get("word_vectors", {}).items():
        where = ("word_vectors", name)
        if "format" not in model:
            continue
        usable = SOURCES.get(model["format"], ("file", "url", "downloader"))
        given = [key for key in ("array", "file", "url", "downloader") if key in model]
        if not set(given) & set(usable):
            text = f"format {model['format']} needs the key {usable[0]!r}; add it"
            yield finding(where, text)
        elif len(given) > 1:
            text = f"{' and '.join(given)} each say where the model is; keep one of them"
            yield finding(where, text)
        for key in NEEDED.get(model["format"], ()):
            if key not in model:
                yield finding(where, f"format {model['format']} needs the key {key!r}; add it")
        for key, only in OF_ONE_FORMAT.items():
            if key in model and model["format"] != only:
                text = f"is for format {only} and not for {model['format']}; remove it"
                yield finding((*where, key), text)


def _published_contradictions(study: dict) -> Iterator[Finding]:
    networks, models = study.get("networks", {}), study.get("word_vectors", {})
    for name, published in study.get("published", {}).items():
        where = ("published", name)
        yield from _unknown(name, networks, where, "network", ("networks",))
        if "layer" in published:
            yield from _unknown_layers(study, name, [published["layer"]], (*where, "layer"))
        model = published.get("word_model")
        known = model in models or str(model).rpartition(".")[0] in layered_encoders(study)
        if model is not None and not known:
            text = f"no such word vectors {model!r}; {suggest(model, models)}"
            yield finding((*where, "word_model"), text, ("word_vectors", model))


def check_published(study: Mapping[str, Any]) -> None:
    """Hold what was published against a study whose layers and word models are all named.

    Raises
    ------
    InputError
        A line for each layer, or layer of a text encoder, that the study does not have.
    """
    problems = Problems()
    models = study.get("word_vectors", {})
    for name, published in study.get("published", {}).items():
        layers = study["networks"][name]["layers"]
        if published["layer"] not in layers:
            problems.add(
                f"published.{name}.layer: {published['layer']!r} is not among the network's "
                f"layers; {suggest(published['layer'], layers)}"
            )
        model = published.get("word_model")
        if model is not None and model not in models:
            problems.add(
                f"published.{name}.word_model: no such word vectors {model!r}; "
                f"{suggest(model, models)}"
            )
    problems.raise_if_any()


# Names of networks under which other results lie already, and what is there.
TAKEN = {
    WORDS: "the word vectors",
    PIXELS: "the layer zero of every network",
    "agreement.tsv": "the agreement of clusters",
    "ordered.tsv": "the order of clusters",
    "flows.tsv": "what passes between clusters",
    "typical_classes.tsv": "the typical classes of clusters",
}


def _name_collisions(study: dict) -> Iterator[Finding]:
    """Yield names under which two results would be written to one path.

    Names that differ in the case of letters alone are one file on macOS and Windows.
    """
    embedded = study.get("visual_embedding", {}).get("networks", {})
    named: dict[Keys, dict] = {
        ("networks",): study.get("networks", {}),
        ("word_vectors",): study.get("word_vectors", {}),
        **{
            ("visual_embedding", "networks", name, "layer_sets"): network.get("layer_sets", {})
            for name, network in embedded.items()
        },
    }
    for where, names in named.items():
        first: dict[str, str] = {}
        for name in names:
            other = first.setdefault(name.casefold(), name)
            if other != name:
                text = f"the name differs from {other!r} in the case of letters alone; change it"
                yield finding((*where, name), text)
    for name in study.get("networks", {}):
        if name.casefold() in TAKEN:
            text = f"the name is taken by {TAKEN[name.casefold()]}; choose another"
            yield finding(("networks", name), text)
