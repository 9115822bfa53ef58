"""Inputs, settings and priorities of rules that depend on what the study is."""

import functools
import subprocess
from importlib.util import find_spec

from semantrace.images.dataset_stamp import TABLES, dataset_stamp
from semantrace.io.fingerprints import fingerprints
from semantrace.study.reading import own_files
from semantrace.study.networks import is_keras_file


@functools.cache
def contents_of(*paths):
    """The sha256 of a user's own files: what replaces one may have an older time."""
    kept_in = Path(RESOURCES, "fingerprints")
    return [
        fingerprints(Path(path).parent, [Path(path).name], kept_in)[0] for path in paths
    ]


def word_vector_settings(wildcards):
    """What of a model's entry in the study decides its conversion."""
    return conversion_settings(wildcards.model)


def word_vector_case(wildcards):
    """How a model spells its words."""
    return STUDY["word_vectors"][wildcards.model].get("case", "as_is")


def own_word_vector_files(wildcards):
    """The user's own files; those of a Python package change with the environment only."""
    settings = word_vector_settings(wildcards)
    if "package" in settings:
        return []
    keys = ("file", "array", "vocabulary")
    return [ancient(settings[key]) for key in keys if key in settings]


def word_vector_contents(wildcards):
    """What of the user's own files decides the conversion."""
    return contents_of(*own_word_vector_files(wildcards))


def word_vector_memory(wildcards, attempt):
    """Words and a block of vectors, but all of an array that is packed and cannot be mapped."""
    settings = word_vector_settings(wildcards)
    packed = settings["format"] == "array" and not settings["array"].endswith(".npy")
    return (8000 if packed else 2000) * attempt


def dataset_table_input(wildcards):
    """The user's own files that say which class each image shows; their contents are stamped."""
    return [ancient(DATASET[key]) for key in TABLES if key in DATASET]


def word_settings(wildcards):
    """How a class finds its words, whichever sense and classes were chosen."""
    return {key: STUDY["concepts"][key] for key in ("match", "lowercase")}


@functools.cache
def stamp_of_images():
    """Several rules ask for it, and to look at a million images takes seconds."""
    return dataset_stamp(DATASET, DATASET_FOLDER, f"{RESOURCES}/fingerprints")


def image_stamp(wildcards):
    """Changes with the user's own images, which are too many to be inputs of a rule."""
    return stamp_of_images()


def network_settings(wildcards):
    """What of a network's entry in the study decides its activations; titles do not."""
    network = STUDY["networks"][wildcards.network]
    indifferent = ("title", "layer_titles", "weights")
    return {key: value for key, value in network.items() if key not in indifferent}


def architecture_settings(wildcards):
    """What of a network's entry in the study decides how it is built."""
    network = STUDY["networks"][wildcards.network]
    decisive = ("architecture", "preprocessing", "input_size", "classes")
    return {key: network[key] for key in decisive if key in network}


def streaming_settings(wildcards):
    """What of a network's entry in the study decides its activations, whichever layers it lists."""
    resize = STUDY["networks"][wildcards.network]["resize"]
    return {**architecture_settings(wildcards), "resize": resize}


def embedded_layer_places(wildcards):
    """The layers that need class vectors, and their places among all that the study lists."""
    layers = STUDY["networks"][wildcards.network]["layers"]
    embedded = EMBEDDED_LAYERS[wildcards.network]
    return {layer: layers.index(layer) + 1 for layer in embedded}


def descent_settings(wildcards):
    """What of the study's inversion decides how each class is inverted."""
    inversion = EMBEDDING["inversion"]
    return {key: inversion[key] for key in ("steps", "total_variation", "jitter")}


def shown_layers(wildcards):
    """What figures call each layer of a network."""
    network = STUDY["networks"][wildcards.network]
    return dict(zip(network["layers"], network.get("layer_titles", network["layers"])))


def architecture_file(wildcards):
    """The user's own .keras file and list of classes; other architectures are known by name."""
    network = STUDY["networks"][wildcards.network]
    if not is_keras_file(network["architecture"]):
        return []
    classes = network.get("classes", "imagenet")
    own = [network["architecture"], *([] if classes == "imagenet" else [classes])]
    return [*map(ancient, own)]


def architecture_contents(wildcards):
    """What of the user's own files decides how a network is built."""
    return contents_of(*architecture_file(wildcards))


def own_weights_file(wildcards):
    """The user's own weights; those of a Python package change with the environment only."""
    weights = STUDY["networks"][wildcards.network].get("weights")
    own = isinstance(weights, dict) and "file" in weights and "package" not in weights
    return [ancient(weights["file"])] if own else []


def weights_contents(wildcards):
    """What of the user's own files decides the weights of a network."""
    return contents_of(*architecture_file(wildcards), *own_weights_file(wildcards))


def earlier_networks_first(wildcards):
    """Extract all of one network before the next, and nothing before what uses activations."""
    return 1 - NETWORKS.index(wildcards.network) / len(NETWORKS)


def own_paths():
    """The files of networks and word vectors that the user provides."""
    paths = [path for keys, path, _ in own_files(STUDY) if keys[0] != "dataset"]
    return [path for path in paths if Path(path).is_file()]


def examine_before_first_job():
    """Stop a run before its first job where something is wrong with the study.

    This is not a job, since whatever depends on one is done again with it or else, by ancient(),
    not looked at while it is to run.
    """
    # Where jobs have environments of their own, that of Snakemake may lack what networks need.
    is_able = find_spec("tensorflow") is not None
    if workflow.touch or not workflow.is_main_process or not is_able:
        return
    rules = {job.rule.name for job in workflow.dag.needrun_jobs()}
    if all(name.startswith("get_") or name == "check_study" for name in rules):
        return
    settings = {
        **EXAMINED,
        "stamp": stamp_of_images(),
        "own": contents_of(*own_paths()),
        "code": code_digest(SCRIPTS / "semantrace/examination/check_before_run.py"),
    }
    digest = settings_digest(settings)
    if Path(CHECKED).is_file() and Path(CHECKED).read_text().strip() == digest:
        return
    print("Examining the study before its first job.", file=sys.stderr)
    places = {"wordnet": f"{RESOURCES}/wordnet", "noted": CHECKED, "digest": digest}
    examined = subprocess.run(
        [sys.executable, "-m", "semantrace.examination.check_before_run"],
        input=json.dumps(settings | places),
        text=True,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
    )
    if examined.returncode:
        sys.exit(1)
