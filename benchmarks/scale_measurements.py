"""What the jobs of the large studies cost on this machine: seconds and memory, by their size.

    python benchmarks/scale_measurements.py [RULE …]

Runs the library as the rules' scripts do, on pictures and matrices made up for it, each size in a
process of its own, and writes docs/scale_costs.tsv: two sizes of each rule, so that what a job
needs at first and what each further unit adds can be told apart. Of several runs, also of earlier
ones, the least counts: whatever else the machine does only ever adds, more to the time that passes
than to that of the processor. Networks run in two threads, all else in one. Neither the start of
Python nor making up the input is counted.
"""

import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "workflow/scripts"), str(REPOSITORY / "benchmarks")]

COSTS = REPOSITORY / "docs/scale_costs.tsv"
RUNS = 1
SEED = 20180601
PERMUTATIONS = 1000
FEWER = 50
"""Times fewer permutations or splits for 1000 concepts, whose time is then multiplied."""

LAYERS = 27
"""Of a network in the 1 vs. 2 test: the mean of the three."""

SIZES = {
    "forward_pass": dict.fromkeys(
        ("VGG16", "ResNet50", "InceptionV3", "GoogLeNet", "VGG19"), (48,)
    ),
    "extract_activations": dict.fromkeys(("VGG16", "ResNet50", "InceptionV3"), (32, 96)),
    "stream_class_vectors": {"GoogLeNet": (100, 300), "VGG19": (50, 100)},
    "write_class_vectors": {"GoogLeNet": (2, 100), "VGG19": (2, 50)},
    "invert_class_vectors": {"GoogLeNet": (1, 2)},
    "correlate_images": {"166": (2, 10), "1000": (0.5, 2)},
    "score_two_vs_two": {"166": (20, 100), "1000": (34, 50)},
    "score_rsa": {"166": (20, 100), "1000": (10, 30)},
    "compare_layers": {"166": (20, 60), "1000": (10, 30)},
    "score_one_vs_two": {"166": (30, 120), "1000": (30, 120)},
    "sample_images": {"JPEG": (100, 500)},
    "decode_pictures": {"JPEG": (64, 256)},
    "compare_class_vectors": {"1000": (0.1, 0.4)},
    "cluster_classes": {"1000": (1, 4)},
    "measure_wordnet": {"1000": (1,)},
    "correlate_wordnet": {"1000": (1, 4)},
}
"""For each rule and what its unit depends on (network or concepts), two numbers of units."""

UNITS = {
    "invert_class_vectors": "classes",
    "write_class_vectors": "classes",
    "correlate_images": "100,000 features",
    "score_one_vs_two": f"misclassified images, in {LAYERS} layers",
    "compare_class_vectors": "million features",
    "cluster_classes": "layer sets",
    "measure_wordnet": "studies",
    "correlate_wordnet": "layers and layer sets",
    **dict.fromkeys(("score_two_vs_two", "score_rsa", "compare_layers"), "layers × groups"),
}
"""What is counted; where it is not said, images."""


def jpegs(folder: str, count: int) -> list[Path]:
    """Write the demo's photographs as JPEGs of ImageNet's usual size, and repeat them."""
    from measured_networks import pictures

    from semantrace.images.decoding import load_picture

    written = []
    for number, path in enumerate(pictures(min(count, 64))[1]):
        written.append(Path(folder) / f"{number}.jpg")
        load_picture(path).resize((500, 375)).save(written[-1], quality=92)
    return list(itertools.islice(itertools.cycle(written), count))


def network_with_layers(name: str):
    """Return a network with random weights and the layers that a study takes of it."""
    import yaml
    from measured_networks import prepare_devices

    from semantrace.networks.architecture import build
    from semantrace.networks.registry import find_architecture

    for study in ("emergence", "visual_embedding"):
        networks = yaml.safe_load((REPOSITORY / f"studies/{study}.yaml").read_text())["networks"]
        for settings in networks.values():
            if settings["architecture"] == name:
                prepare_devices()
                return build(find_architecture(settings), seed=SEED), tuple(settings["layers"])
    raise ValueError(f"no study has {name}")


def forward_pass(rule: str, name: str, count: int, folder: str) -> Callable[[], object]:
    """Compute a network's output alone, once it is compiled."""
    import numpy as np
    from extraction_stages import bare_forward

    network, _ = network_with_layers(name)
    batch = np.random.default_rng(SEED).integers(0, 256, (16, *network.input_size, 3), np.uint8)
    forward = bare_forward(network, 16)
    forward(batch)
    return lambda: [forward(batch) for _ in range(count // 16)]


def run_network(rule: str, name: str, count: int, folder: str) -> Callable[[], object]:
    """Store all layers of a network, or stream class vectors of fifty images or of fewer."""
    from measured_networks import LABELS

    from semantrace.activations.extraction import Extraction, extract_activations
    from semantrace.embedding.class_vector_streaming import Streaming, stream_class_vectors

    images, of_a_class = count, 50
    if rule == "write_class_vectors":  # as many images in few classes as in many
        images = max(SIZES[rule][name])
        of_a_class = images // count
    paths, target = jpegs(folder, images), Path(folder, "target")
    names = [f"n{number // of_a_class:08d}" for number in range(images)]

    def run() -> None:
        network, layers = network_with_layers(name)
        if rule == "extract_activations":
            ids = [f"image_{number:05d}" for number in range(images)]
            extraction = Extraction(layers, labels=LABELS)
            extract_activations(network, ids, paths, target, extraction)
        else:
            stream_class_vectors(network, names, paths, target, Streaming(layers, labels=LABELS))

    return run


def invert_class_vectors(rule: str, name: str, count: int, folder: str) -> Callable[[], object]:
    """Invert random class vectors in the two layers that the study inverts."""
    import measured_networks  # noqa: F401
    import numpy as np

    from semantrace.embedding.inversion import Inversion, invert_class_vectors

    generators = [np.random.default_rng(number) for number in range(count)]

    def run() -> None:
        network, layers = network_with_layers(name)
        vectors = [
            np.random.default_rng(SEED).random((count, network.features_of(layer))) ** 8
            for layer in layers[-2:]
        ]
        vectors = [one / np.linalg.norm(one, axis=1, keepdims=True) for one in vectors]
        invert_class_vectors(network, vectors, Inversion(layers[-2:]), generators)

    return run


def look_at_pictures(rule: str, kind: str, count: int, folder: str) -> Callable[[], object]:
    """Inspect pictures as sampling does, or decode and resize them as a network's input."""
    from semantrace.activations.batches import picture_batches
    from semantrace.images.sampling import _inspect_all

    paths = jpegs(folder, count)
    if rule == "decode_pictures":
        return lambda: list(picture_batches(paths, (224, 224), "stretch", 16))
    return lambda: _inspect_all(paths, 2)


def correlate_images(rule: str, concepts: str, count: float, folder: str) -> Callable[[], object]:
    """Correlate images in a layer that is read from a file in half precision."""
    import numpy as np

    from semantrace.activations.image_correlations import correlate_layer
    from semantrace.activations.writer import ActivationWriter, StoredLayer

    features = int(count * 1e5)
    images = [f"image_{number:05d}" for number in range(int(concepts))]
    generator = np.random.default_rng(SEED)
    labels = dict.fromkeys(("network", "weights_sha256", "preprocessing", "code"), "")
    layer = StoredLayer("layer", (features,), "float16", {**labels, "layer_index": 1})
    with ActivationWriter(folder, images, [layer]) as writer:
        for row in range(len(images)):
            writer.write(row, [generator.random((1, features), np.float32).astype(np.float16)])
    return lambda: correlate_layer([folder], "layer", images)


def made_up_layers(concepts: str, count: int, permutations: int = PERMUTATIONS) -> tuple:
    """Return word correlations, layers of one group that resemble them, and permutations."""
    import numpy as np

    from semantrace.activations.correlation_files import LayerCorrelations

    k, generator = int(concepts), np.random.default_rng(SEED)
    meaning = generator.standard_normal((k, 50))
    seen = (meaning + generator.standard_normal((k, 50)) for _ in range(count))
    layers = [
        LayerCorrelations("network", f"layer{number}", number, np.corrcoef(one)[None])
        for number, one in enumerate(seen, start=1)
    ]
    orders = np.array([generator.permutation(k) for _ in range(permutations)], dtype=np.int32)
    return np.corrcoef(meaning), layers, orders


def fewer(rule: str, of: str) -> int:
    """Return by how much there are fewer permutations or splits than a study has."""
    return FEWER if rule in ("score_two_vs_two", "compare_layers") and of == "1000" else 1


def score(rule: str, concepts: str, count: int, folder: str) -> Callable[[], object]:
    """Score layers, or compare layers that are all good enough to be compared."""
    import pandas as pd

    from semantrace.alignment.comparisons import SPLITS, compare_layers
    from semantrace.alignment.layer_scores import score_rsa, score_two_vs_two

    orders = SPLITS if rule == "compare_layers" else PERMUTATIONS
    made_up = made_up_layers(concepts, count, orders // fewer(rule, concepts))
    names = list(map(str, range(int(concepts))))
    table = pd.DataFrame({"concept": names, "wnid": names})
    return {
        "score_two_vs_two": lambda: score_two_vs_two(*made_up, table),
        "score_rsa": lambda: score_rsa(*made_up),
        "compare_layers": lambda: compare_layers(*made_up, {}),
    }[rule]


def score_one_vs_two(rule: str, concepts: str, count: int, folder: str) -> Callable[[], object]:
    """Test images of which three in ten are misclassified."""
    import numpy as np

    from semantrace.alignment.one_vs_two import Misclassified, one_vs_two

    k = int(concepts)
    words, made_up, orders = made_up_layers(concepts, LAYERS)
    images = np.stack([layer.matrices for layer in made_up])
    wrong = int(0.3 * k)
    true = np.resize(np.arange(wrong), count)
    group = Misclassified(np.arange(wrong, k), true, (true + 1) % wrong)
    return lambda: [one_vs_two(words, images, [group], orders, kept) for kept in (False, True)]


def compare_class_vectors(rule: str, classes: str, count: float, folder: str):
    """Compare class vectors of one layer in fifty shards."""
    import numpy as np

    from semantrace.embedding.class_similarity import layer_similarity
    from semantrace.embedding.class_vector_files import ClassVectorLayer, create_class_vectors

    layer = ClassVectorLayer("layer", (int(count * 1e6),), {})
    generator, shards = np.random.default_rng(SEED), []
    for number in range(50):
        shards.append(Path(folder, str(number)))
        shards[-1].mkdir()
        wnids = [f"n{number:04d}{member:04d}" for member in range(int(classes) // 50)]
        with create_class_vectors(shards[-1], layer, dict.fromkeys(wnids, 1)) as write:
            for row in range(len(wnids)):
                write(row, generator.random(layer.features))
    return lambda: layer_similarity([shard / "layer.h5" for shard in shards])


def with_wordnet(rule: str, classes: str, count: int, folder: str) -> Callable[[], object]:
    """Cluster and name ImageNet's classes, or measure or correlate them with WordNet."""
    import numpy as np
    import pandas as pd

    from semantrace.embedding.cluster_tables import cluster_layer_sets
    from semantrace.embedding.wordnet_correlations import ClassSimilarity, correlate_wordnet
    from semantrace.taxonomy.imagenet import class_names, class_wnids
    from semantrace.taxonomy.wordnet import WordNet
    from semantrace.taxonomy.wordnet_similarity import wordnet_similarities

    _, layers, orders = made_up_layers(classes, count + 6)
    matrices = {layer.layer: np.clip(layer.matrices[0], 0, None) for layer in layers}
    measures = {f"measure{number}": matrices.popitem()[1] for number in range(6)}
    cosines = [ClassSimilarity("layer", name, 1, matrix) for name, matrix in matrices.items()]
    table = pd.DataFrame({"wnid": class_wnids(), "concept": class_names()})

    def load() -> WordNet:
        return WordNet.load(REPOSITORY / "resources/wordnet")

    return {
        "cluster_classes": lambda: cluster_layer_sets(
            matrices, table, range(2, 20), load(), orders, lambda *_: np.random.default_rng(SEED)
        ),
        "measure_wordnet": lambda: wordnet_similarities(load(), list(class_wnids())),
        "correlate_wordnet": lambda: correlate_wordnet(measures, cosines, orders),
    }[rule]


SHARED = {
    **dict.fromkeys(("sample_images", "decode_pictures"), look_at_pictures),
    **dict.fromkeys(
        ("extract_activations", "stream_class_vectors", "write_class_vectors"), run_network
    ),
    **dict.fromkeys(("score_two_vs_two", "score_rsa", "compare_layers"), score),
    **dict.fromkeys(("cluster_classes", "measure_wordnet", "correlate_wordnet"), with_wordnet),
}
"""What measures a rule, where it is not the function of its name."""


def measure(rule: str, of: str, count: float) -> dict[str, float]:
    """Measure one size in this process."""
    os.environ["TQDM_DISABLE"] = "1"
    (REPOSITORY / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=REPOSITORY / "build", prefix="scale-") as folder:
        prepare = SHARED.get(rule) or globals()[rule]
        run = prepare(rule, of, count if count % 1 else int(count), folder)
        start, computed = time.perf_counter(), time.process_time()
        run()
        found = {
            "seconds": time.perf_counter() - start,
            "processor_seconds": time.process_time() - computed,
        }
        return {column: value * fewer(rule, of) for column, value in found.items()}


def main(rules: list[str]) -> None:
    """Measure rules and put them into the table, where the least of all runs stays."""
    import pandas as pd
    from measuring import apart

    from semantrace.core.job import THREAD_VARIABLES

    # networks set two threads themselves; two threads that wait for each other would count twice
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    known = pd.DataFrame(columns=[*KEYS, *COSTS_OF_A_RUN])
    if COSTS.is_file():
        known = pd.read_csv(COSTS, sep="\t", dtype={"of": str})
    sizes = [
        (name, of, size)
        for name in rules or SIZES
        for of in SIZES[name]
        for size in SIZES[name][of]
    ]
    for rule, of, size in sizes:
        keys = dict(zip(KEYS, (rule, of, size, UNITS.get(rule, "images")), strict=True))
        runs = [apart(__file__, "--measure", rule, of, size) for _ in range(RUNS)]
        known = pd.concat([known, pd.DataFrame([keys | run for run in runs])], ignore_index=True)
        known = known.groupby(list(KEYS), sort=False, as_index=False).agg(COSTS_OF_A_RUN).round(3)
        known.to_csv(COSTS, sep="\t", index=False)
        print(*known[(known[list(KEYS)] == pd.Series(keys)).all(axis=1)].iloc[0], flush=True)


KEYS = ("rule", "of", "units", "unit")
COSTS_OF_A_RUN = {"seconds": "min", "processor_seconds": "min", "memory_mb": "max"}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(*sys.argv[2:4], float(sys.argv[4]))))
    else:
        main(sys.argv[1:])
