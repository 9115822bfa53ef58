"""What each job of a large study takes: seconds, memory and disk, from measured costs.

Sizes of files are exact, from the layers' sizes. Seconds and memory are lines through two measured
sizes of docs/scale_costs.tsv, after the start of the script, which docs/benchmarks.tsv has. What
was measured there is the processor's time, which other work on the machine hardly changes; over the
cores that the same rule kept busy in the demo, it gives seconds. Jobs that do not grow take what
they took in the demo. On a GPU, nothing is measured: a network then takes as long as the slowest of
decoding, computing and writing, which go on at once.
"""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from bench_workflow import REPOSITORY
from scale_graph import Job

COSTS = REPOSITORY / "docs/scale_costs.tsv"
BENCHMARKS = REPOSITORY / "docs/benchmarks.tsv"
DEMO = REPOSITORY / "docs/demo_timeline.tsv"

ON_GPU = ("extract_activations", "stream_class_vectors", "invert_class_vectors")
STARTS = {
    "draws random numbers": ("sample_images", "compare_class_vectors"),
    "scores, compiled by Numba": (
        *("correlate_images", "score_two_vs_two", "score_rsa", "compare_layers"),
        *("score_one_vs_two", "correlate_wordnet"),
    ),
    "reads WordNet by NLTK": ("cluster_classes", "measure_wordnet"),
    "runs a network in TensorFlow": ON_GPU,
}
"""What the table of starts calls the scripts of rules that grow."""

GROWING_MEMORY = (
    *("score_two_vs_two", "score_rsa", "compare_layers", "score_one_vs_two"),
    *("cluster_classes", "correlate_wordnet"),
)
"""Rules that hold more the larger a job is; of the others the largest measured counts."""

MISCLASSIFIED = 0.3
"""Share of the validation images; Keras' own list of its networks says 22 % to 29 %."""

SCORES = {"166": "k = 166, 13 layers × 5 groups, each score", "1000": "k = 1000, one score"}
"""What docs/benchmarks.tsv calls the 2 vs. 2 test of one matrix, by the number of concepts."""

LONG_ENOUGH = 1.0
"""Seconds of a job of the demo from which on the cores that it kept busy say something."""
NETWORK_CORES = {"VGG16": 1.82, "ResNet50": 1.54, "InceptionV3": 1.54}
"""Kept busy by extraction: 91 % of two for VGG16 and 77 % for ResNet50, by docs/benchmarks.tsv;
InceptionV3, which was not timed there, is taken for the latter."""
STREAMING_CORES = NETWORK_CORES["VGG16"]
"""The same where few activations are written."""

FILE_BYTES, IMAGE_BYTES = 10_240, 16
"""What HDF5 adds to the activations of a layer, and for each image."""
CLASS_FILE_BYTES, CLASS_BYTES = 6_144, 24
"""The same for class vectors."""


@dataclass(frozen=True)
class Gpu:
    """A GPU, by what is published of it; all that follows from it is an estimate."""

    name: str = "NVIDIA V100"
    peak_flops: float = 15.7e12
    efficiency: float = 0.33
    disk_bytes_per_second: float = 2e9

    def seconds(self, size: "NetworkSize") -> float:
        """Return the seconds that an image is computed."""
        return size.flops / (self.peak_flops * self.efficiency)


@dataclass(frozen=True)
class NetworkSize:
    """What one image costs in a network.

    Attributes
    ----------
    input_values : int
        Values of the resized picture.
    features : mapping of str to int
        Of the layers that a study takes.
    flops : float
        Two for each multiply-add of its convolutions and dense layers.
    """

    input_values: int
    features: Mapping[str, int]
    flops: float

    @property
    def total(self) -> int:
        """Features of all layers."""
        return sum(self.features.values())


@functools.cache
def network_size(architecture: str, layers: tuple[str, ...]) -> NetworkSize:
    """Return the sizes of a network, from its Keras model."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from semantrace.networks.architecture import build
    from semantrace.networks.registry import find_architecture

    network = build(find_architecture({"architecture": architecture}), seed=1)
    height, width = network.input_size
    features = {layer: network.features_of(layer) for layer in layers}
    operations = 2 * sum(map(multiply_adds, _all_layers(network.model)))
    return NetworkSize(height * width * 3, features, operations)


def _all_layers(model) -> list:
    """Return the layers of a model and of the models within it."""
    found = []
    for layer in model.layers:
        found += _all_layers(layer) if hasattr(layer, "layers") else [layer]
    return found


def multiply_adds(layer) -> int:
    """Return the multiply-adds of a convolution or a dense layer for one image; else zero."""
    if not hasattr(layer, "kernel"):
        return 0
    *window, _ = layer.kernel.shape
    return int(np.prod(window)) * int(np.prod(layer.output.shape[1:]))


def activation_bytes(size: NetworkSize, images: int, value_bytes: int = 2) -> int:
    """Return what the folder of a shard takes, its pixels included and its predictions not."""
    pixels = images * size.input_values
    values = images * size.total * value_bytes
    return values + pixels + (len(size.features) + 1) * (FILE_BYTES + IMAGE_BYTES * images)


def class_vector_bytes(size: NetworkSize, classes: int) -> int:
    """Return what the class vectors of some classes take, in single precision."""
    values = 4 * classes * size.total
    return values + len(size.features) * (CLASS_FILE_BYTES + CLASS_BYTES * classes)


@dataclass(frozen=True)
class Study:
    """A study at one size, as the costs depend on it."""

    concepts: int
    images: int
    groups: int
    shards: int
    architectures: Mapping[str, str]
    sizes: Mapping[str, NetworkSize]
    layer_sets: Mapping[str, int]
    inverted: int

    @classmethod
    def of(cls, study: Mapping, concepts: int, images_of_each: int) -> "Study":
        """Read what matters from a study's file, for a number of concepts and their images."""
        networks = study["networks"]
        embedding = study.get("visual_embedding", {})
        return cls(
            concepts,
            concepts * images_of_each,
            study["images"]["groups"],
            study["images"]["shards"],
            {name: one["architecture"] for name, one in networks.items()},
            {
                name: network_size(one["architecture"], tuple(one["layers"]))
                for name, one in networks.items()
            },
            {name: len(one["layer_sets"]) for name, one in embedding.get("networks", {}).items()},
            len(embedding.get("inversion", {}).get("classes", [])),
        )

    def units(self, job: Job) -> tuple[str, float]:
        """Return what the cost of a job's unit depends on, and how many units it has."""
        name = job.wildcards.get("network", "")
        size, of = self.sizes.get(name), self.architectures.get(name, "")
        scored = self.groups * sum(len(one.features) + 1 for one in self.sizes.values())
        match job.rule:
            case "extract_activations" | "stream_class_vectors":
                return of, self.images / self.shards
            case "invert_class_vectors":
                return of, self.inverted
            case "correlate_images":
                return str(self.concepts), (size.total + size.input_values) / 1e5
            case "score_two_vs_two" | "score_rsa" | "compare_layers":
                return str(self.concepts), scored
            case "score_one_vs_two":
                return str(self.concepts), MISCLASSIFIED * self.concepts * self.groups
            case "sample_images":
                return "JPEG", self.images
            case "compare_class_vectors":
                return str(self.concepts), size.total / 1e6
            case "cluster_classes":
                return str(self.concepts), self.layer_sets[name]
            case "measure_wordnet":
                return str(self.concepts), 1
            case "correlate_wordnet":
                return str(self.concepts), self.layer_sets[name] + len(size.features)
        return "", 0

    def disk(self, job: Job, value_bytes: int = 2) -> float:
        """Return the bytes that a job leaves; small tables and figures count as nothing."""
        size = self.sizes.get(job.wildcards.get("network", ""))
        square = 8 * self.concepts**2
        match job.rule:
            case "extract_activations":
                return activation_bytes(size, round(self.images / self.shards), value_bytes)
            case "stream_class_vectors":
                return class_vector_bytes(size, round(self.concepts / self.shards))
            case "correlate_images":
                return square * (len(size.features) + 1)
            case "compare_class_vectors":
                return square * (len(size.features) + self.layer_sets[job.wildcards["network"]])
            case "condense_distances":
                return square / 2
        return 0.0


class Costs:
    """Seconds and memory of jobs, on the measured machine or with GPUs."""

    def __init__(self) -> None:
        table = pd.read_csv(COSTS, sep="\t", dtype={"of": str})
        self._measured = dict(list(table.groupby(["rule", "of"])))
        benchmarks = pd.read_csv(BENCHMARKS, sep="\t")
        starts = benchmarks.set_index("input")["seconds"]
        self._starts = {rule: starts[kind] for kind, rules in STARTS.items() for rule in rules}
        extraction = benchmarks[benchmarks["input"].str.startswith("VGG16,")].set_index("contender")
        stored = extraction.loc["Semantrace, all layers stored", "disk_mb"]
        written = extraction.loc["checking and writing, flushed to the disk", "seconds"]
        self._seconds_of_a_byte = float(written / stored / 1e6)
        scored = benchmarks[benchmarks["contender"] == "Semantrace, 2 threads"].set_index("input")
        self._seconds_of_a_score = {k: scored.loc[of, "seconds"] for k, of in SCORES.items()}
        demo = pd.read_csv(DEMO, sep="\t").sort_values("seconds").groupby("rule").last()
        # the memory of jobs that were over before Snakemake looked is not known
        self._demo = demo[["seconds", "processor_seconds", "memory_mb"]].fillna(0)
        self._figure = self._demo[self._demo.index.str.startswith("plot_")].median()
        busy = (demo["processor_seconds"] / demo["seconds"])[demo["seconds"] > LONG_ENOUGH]
        self._busy = busy.to_dict()

    def line(self, rule: str, of: str, column: str) -> tuple[float, float]:
        """Return what a job of a rule has from the start, and what each unit adds."""
        rows = self._measured[rule, of].sort_values("units")
        units, values = rows["units"].to_numpy(), rows[column].to_numpy()
        if units[0] == units[-1]:
            return float(values.min()), 0.0
        slope = max(0.0, float((values[-1] - values[0]) / (units[-1] - units[0])))
        return max(0.0, float(values[0] - slope * units[0])), slope

    def grows(self, rule: str) -> bool:
        """Say whether the rule's cost was measured at two sizes, rather than in the demo."""
        return rule in self._starts

    def of_job(self, job: Job, study: Study, column: str = "seconds") -> float:
        """Return what a job takes on this machine.

        Parameters
        ----------
        job : Job
        study : Study
        column : {"seconds", "processor_seconds", "memory_mb"}
        """
        if not self.grows(job.rule):
            known = self._demo.loc[job.rule] if job.rule in self._demo.index else self._figure
            return float(known[column])
        of, count = study.units(job)
        if column == "memory_mb":
            return self._memory(job, study, of, count)
        if job.rule == "score_two_vs_two" and column == "seconds":
            return self._starts[job.rule] + count * self._seconds_of_a_score[of]
        fixed, each = self.line(job.rule, of, "processor_seconds")
        if job.rule == "stream_class_vectors":
            # measured with fifty images a class: what writing a class costs is known apart
            _, writing = self.line("write_class_vectors", of, "processor_seconds")
            fixed += writing * (study.concepts / study.shards - count / 50)
        cores = self.busy(job, of) if column == "seconds" else 1.0
        return self._starts[job.rule] + (fixed + each * count) / cores

    def _memory(self, job: Job, study: Study, of: str, count: float) -> float:
        if job.rule not in GROWING_MEMORY:
            return float(self._measured[job.rule, of]["memory_mb"].max())
        fixed, each = self.line(job.rule, of, "memory_mb")
        matrix = 8e-6 * study.concepts**2
        if job.rule == "score_two_vs_two":
            # what is derived of a matrix is held of a few only, the matrices themselves of all
            largest = self._measured[job.rule, of].iloc[-1]
            return float(largest["memory_mb"] + matrix * max(0, count - largest["units"]))
        if job.rule == "score_one_vs_two":
            # measured with one group: the matrices of the others are there twice, read and stacked
            layers = len(study.sizes[job.wildcards["network"]].features) + 1
            fixed += 2 * matrix * layers * (study.groups - 1)
        return fixed + each * count

    def busy(self, job: Job, of: str) -> float:
        """Return how many cores a job keeps busy; one where it is not known."""
        known = self._busy.get(job.rule, 1.0)
        if job.rule in ON_GPU:
            known = NETWORK_CORES.get(of, STREAMING_CORES)
        return float(np.clip(known, 1.0, job.threads))

    def with_gpu(self, job: Job, study: Study, gpu: Gpu, gpus: int) -> float:
        """Return an estimate of the seconds of a job that runs a network on one of some GPUs."""
        if job.rule not in ON_GPU:
            return self.of_job(job, study, "seconds")
        of, count = study.units(job)
        fixed, each = self.line(job.rule, of, "processor_seconds")
        start = self._starts[job.rule] + fixed / self.busy(job, of)
        if job.rule == "invert_class_vectors":
            computing = gpu.seconds(study.sizes[job.wildcards["network"]])
            return start + count * each * computing / self.forward_pass(of)
        return start + count * max(self.stages(job, study, gpu, gpus).values())

    def forward_pass(self, of: str) -> float:
        """Return the seconds of an image's forward pass, its output alone, on two cores."""
        rows = self._measured["forward_pass", of]
        return float((rows["processor_seconds"] / rows["units"]).min() / STREAMING_CORES)

    def of_image(self, rule: str, of: str) -> float:
        """Return the seconds that each image adds to a job, on two cores."""
        each = self.line(rule, of, "processor_seconds")[1]
        return each / NETWORK_CORES.get(of, STREAMING_CORES)

    def stages(self, job: Job, study: Study, gpu: Gpu, gpus: int) -> dict[str, float]:
        """Return the seconds of an image in each stage of a job that runs a network."""
        size = study.sizes[job.wildcards["network"]]
        of, count = study.units(job)
        written = study.disk(job) / count
        stages = {
            "decoding": self.line("decode_pictures", "JPEG", "processor_seconds")[1] / job.threads,
            "computing": gpu.seconds(size),
            "disk": written * gpus / gpu.disk_bytes_per_second,
        }
        if job.rule == "extract_activations":
            stages["checking and writing"] = written * self._seconds_of_a_byte
        return stages
