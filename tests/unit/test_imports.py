"""Scripts load what they use: TensorFlow only where Keras runs, matplotlib only for figures."""

import ast
import os
import subprocess
import sys

import keras
import pytest
from small_onnx import model, saved

from semantrace.core.code_digest import modules_behind

NETWORKS = {
    "describe_network",
    "extract_activations",
    "get_weights",
    "invert_class_vectors",
    "list_layers",
    "stream_class_vectors",
}


def scripts(repository):
    return {path.stem: path for path in (repository / "workflow/scripts").glob("*.py")}


def group(repository, name):
    """The scripts that draw figures, the one that needs gradients, or all others."""
    figures = {script for script in scripts(repository) if script.startswith("plot_")}
    chosen = {"gradients": {GRADIENTS}, "figures": figures}
    return chosen.get(name) or scripts(repository).keys() - {GRADIENTS} - figures


GRADIENTS = "invert_class_vectors"
"""It needs TensorFlow; the others load what runs their network once they know which it is."""


def loaded(repository, names):
    """What is loaded once these scripts have imported all they import at their start."""
    benchmarks = str(repository / "benchmarks")
    sys.path.insert(0, benchmarks)
    try:
        from apart import apart
        from script_opening import open_scripts
    finally:
        sys.path.remove(benchmarks)
    return set(apart(open_scripts, *(scripts(repository)[name] for name in sorted(names))).found)


@pytest.mark.parametrize(
    ("name", "used", "unused"),
    [
        (
            "gradients",
            {"tensorflow", "keras"},
            {"torch", "gensim", "nltk", "seaborn", "numba", "matplotlib", "sklearn"},
        ),
        ("figures", {"matplotlib", "seaborn"}, {"tensorflow", "keras", "torch", "gensim", "numba"}),
        (
            "analyses",
            {"numba", "nltk", "scipy"},
            {
                *("tensorflow", "keras", "torch", "gensim", "matplotlib", "seaborn", "onnx"),
                *("onnxruntime", "tokenizers", "safetensors"),
            },
        ),
    ],
)
def test_scripts_load_no_more_than_they_use(repository, name, used, unused):
    packages = loaded(repository, group(repository, name))
    assert used <= packages
    wrongly = unused & packages
    assert not wrongly, f"{wrongly} by {sorted(culprits(repository, group(repository, name)))}"


def culprits(repository, names):
    """Each script with what it loads; only asked for when something is wrong."""
    return [f"{name}: {sorted(loaded(repository, {name}))}" for name in names]


def test_each_script_of_networks_needs_tensorflow(repository):
    packages = {name: own_imports(path) for name, path in scripts(repository).items()}
    assert {name for name in packages if {"tensorflow", "keras"} & packages[name]} == {
        *NETWORKS,
        "check_study",  # it loads them once it builds networks
    }
    drawing = {name for name in packages if {"matplotlib", "seaborn"} & packages[name]}
    assert drawing == group(repository, "figures")


def own_imports(script):
    """Packages that a script and the modules it needs import at their top."""
    packages = set()
    for path in {script, *modules_behind(script)}:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Import):
                packages.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                packages.add(node.module.split(".")[0])
    return packages


@pytest.mark.parametrize(
    ("module", "hidden", "feature"),
    [
        ("semantrace.taxonomy.wordnet", "scipy", "scipy.stats"),
        ("semantrace.networks.with_keras.keras_network", "sklearn", "sklearn"),
    ],
)
def test_what_a_library_is_loaded_without_can_be_imported_later(
    repository, module, hidden, feature
):
    """As someone does who uses the library in a notebook."""
    code = f"import sys, {module}; print({hidden!r} in sys.modules); import {feature}"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(repository / "workflow/scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "False\n"), result.stderr


@pytest.mark.parametrize(
    ("architecture", "weights", "used", "unused"),
    [
        ("SqueezeNet", {"seed": 1}, set(), {"tensorflow", "onnxruntime"}),
        ("small.onnx", None, {"onnxruntime"}, {"tensorflow", "keras"}),
        ("small.keras", None, {"tensorflow"}, {"onnxruntime"}),
    ],
)
def test_a_network_loads_what_runs_it_and_nothing_else(
    repository, tmp_path, architecture, weights, used, unused
):
    if architecture.endswith(".onnx"):
        saved(tmp_path, model()).rename(tmp_path / architecture)
    elif architecture.endswith(".keras"):
        layers = [keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3)]
        keras.Sequential(layers).save(tmp_path / architecture)
    spec = {"architecture": architecture, "weights": weights}
    spec |= {"preprocessing": "none"} if "." in architecture else {}
    code = (
        "import sys; from semantrace.networks.registry import write_network_weights; "
        f"write_network_weights({spec!r}, 'w.h5'); print(*sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(repository / "workflow/scripts")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    packages = set(result.stdout.split())
    assert used <= packages
    assert not unused & packages
