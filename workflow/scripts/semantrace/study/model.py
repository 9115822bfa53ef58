"""A study as rules and library use it: frozen, typed, and complete.

What a key of the file means, and what it is where the file leaves it out, is in the schema
``study.schema.yaml`` and nowhere else. Here None stands for a key that a study may lack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, Self

from semantrace.study.networks import is_network_file

IMAGENET = "imagenet"


@dataclass(frozen=True)
class _Section:
    """A part of a study that is made of a mapping with the names of its fields."""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Make the part from what the checked file says."""
        return cls(**{one.name: settings.get(one.name) for one in fields(cls)})


@dataclass(frozen=True)
class Dataset(_Section):
    """Where the images are, and which class each shows."""

    kind: str
    root: str
    table: str | None
    ground_truth: str | None
    class_order: str | None
    classes: str | None
    package: str | None
    version: str | None

    @property
    def is_fetched(self) -> bool:
        """Whether a rule fetches the images."""
        return self.kind == "debian"

    @property
    def tables(self) -> tuple[str, ...]:
        """The user's own files that say which class each image shows."""
        named = (self.table, self.ground_truth, self.class_order, self.classes)
        return tuple(path for path in named if path is not None)


@dataclass(frozen=True)
class Images(_Section):
    """How many images of each concept are used."""

    per_concept: int | str | Mapping[str, int]
    groups: int
    shards: int
    damaged: str


@dataclass(frozen=True)
class Network(_Section):
    """One network and its layers."""

    title: str
    architecture: str
    layers: list[str]
    resize: str | Mapping[str, Any]
    weights: str | Mapping[str, Any] | None
    classes: str | None
    architecture_source: Mapping[str, Any] | None
    published_top_1: float | None
    layer_titles: list[str] | None

    @property
    def own_architecture(self) -> tuple[str, ...]:
        """The user's own files that decide how it is built; others are known by name."""
        if not is_network_file(self.architecture):
            return ()
        file = () if self.architecture_source else (self.architecture,)
        return (*file, *self.own_classes)

    @property
    def own_classes(self) -> tuple[str, ...]:
        """The user's own list of its classes."""
        return () if self.classes in (None, IMAGENET) else (self.classes,)

    @property
    def architecture_package(self) -> tuple[str, ...]:
        """The folder of the package that its architecture comes out of."""
        return (self.architecture_source["folder"],) if self.architecture_source else ()

    @property
    def own_weights(self) -> tuple[str, ...]:
        """The user's own weights."""
        source = self.weights if isinstance(self.weights, Mapping) else {}
        return (source["file"],) if "file" in source and "package" not in source else ()

    @property
    def weights_package(self) -> tuple[str, ...]:
        """The folder of the package that its weights come out of."""
        source = self.weights if isinstance(self.weights, Mapping) else {}
        return (source["folder"],) if "package" in source else ()

    @property
    def shown_layers(self) -> dict[str, str]:
        """What figures call each layer, by its name."""
        return dict(zip(self.layers, self.layer_titles or self.layers, strict=True))


@dataclass(frozen=True)
class WordModel(_Section):
    """One model of word vectors, or one `layer` of a text encoder, at a `place` in its list."""

    title: str
    format: str
    case: str
    package: str | None
    folder: str | None
    file: str | None
    array: str | None
    vocabulary: str | None
    tokenizer: str | None
    config: str | None
    encoder: str | None
    layer: int | None
    place: int | None

    @property
    def own_files(self) -> tuple[str, ...]:
        """The user's own files."""
        if self.package is not None:
            return ()
        files = (self.file, self.array, self.vocabulary, self.tokenizer, self.config)
        return tuple(path for path in files if path is not None)

    @property
    def look_up(self) -> dict[str, Any]:
        """How its stored vectors are asked for a word; see `semantrace.words.word_vectors`."""
        return {"case": self.case, "place": self.place}

    @property
    def is_packed_array(self) -> bool:
        """Whether the vectors are an array that has to be unpacked to be read."""
        return self.array is not None and not self.array.endswith(".npy")


@dataclass(frozen=True)
class Inversion(_Section):
    """Images of class vectors: of which classes, and to which layers of each network."""

    classes: list[str]
    networks: Mapping[str, list[str]]
    steps: int
    total_variation: float
    jitter: int


@dataclass(frozen=True)
class Embedding:
    """Class vectors, their clusters, and images of them.

    Attributes
    ----------
    is_streamed : bool
        Whether class vectors are averaged while the network runs.
    clusters : (int, int)
        The smallest and the largest number of clusters.
    layer_sets : mapping of str to mapping of str to list of str
        The layer sets of each network that is embedded, in the file's order.
    inversion : Inversion or None
    """

    is_streamed: bool
    clusters: tuple[int, int]
    layer_sets: Mapping[str, Mapping[str, list[str]]]
    inversion: Inversion | None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Embedding":
        """Make the part from what the checked file says."""
        inversion = settings.get("inversion")
        return cls(
            settings["class_vectors"] == "streamed",
            (settings["clusters"]["from"], settings["clusters"]["to"]),
            {name: one["layer_sets"] for name, one in settings["networks"].items()},
            Inversion.of(inversion) if inversion is not None else None,
        )

    @property
    def inverted_layers(self) -> Mapping[str, list[str]]:
        """The layers of each network that images are made for."""
        return self.inversion.networks if self.inversion is not None else {}


NOTHING_EMBEDDED = Embedding(False, (2, 2), {}, None)


@dataclass(frozen=True)
class Published(_Section):
    """The best layer of a network that was published."""

    accuracy: float
    layer: str
    source: str
    word_model: str | None


@dataclass(frozen=True)
class Study:
    """A study.

    Attributes
    ----------
    title : str
    dataset : Dataset
    images : Images
    networks : dict of str to Network
    word_models : dict of str to WordModel
        Empty where the study has no word vectors.
    embedding : Embedding
        `NOTHING_EMBEDDED` where the study has no visual embedding.
    published : dict of str to Published
        By network.
    figures : list of str or None
        Those to draw by default; all where None.
    aliases : dict of str to str
    settings : mapping
        The same as the checked file says it, with defaults filled in and paths expanded. Jobs get
        parts of it as their parameters, which Snakemake compares and hands over as plain values.
    written : mapping
        The same with paths as they were written, which are the same for all users.
    """

    title: str
    dataset: Dataset
    images: Images
    networks: dict[str, Network]
    word_models: dict[str, WordModel]
    embedding: Embedding
    published: dict[str, Published]
    figures: list[str] | None
    aliases: dict[str, str]
    settings: Mapping[str, Any]
    written: Mapping[str, Any]

    @classmethod
    def of(cls, settings: Mapping[str, Any], written: Mapping[str, Any]) -> "Study":
        """Make a study from what a checked file says; see `semantrace.study.reading`."""
        embedding = settings.get("visual_embedding")
        return cls(
            settings["title"],
            Dataset.of(settings["dataset"]),
            Images.of(settings["images"]),
            _each(Network, settings["networks"]),
            _each(WordModel, settings.get("word_vectors", {})),
            Embedding.of(embedding) if embedding is not None else NOTHING_EMBEDDED,
            _each(Published, settings.get("published", {})),
            settings.get("figures"),
            settings.get("aliases", {}),
            settings,
            written,
        )

    @property
    def embedded_layers(self) -> dict[str, list[str]]:
        """The layers of each network that need class vectors, in the network's order."""
        wanted = {
            network: {*chain(*sets.values()), *self.embedding.inverted_layers.get(network, ())}
            for network, sets in self.embedding.layer_sets.items()
        }
        return {
            network: [layer for layer in self.networks[network].layers if layer in layers]
            for network, layers in wanted.items()
        }


def _each(kind: type[_Section], settings: Mapping[str, Mapping]) -> dict:
    return {name: kind.of(part) for name, part in settings.items()}
