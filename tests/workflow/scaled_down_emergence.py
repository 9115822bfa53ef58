"""The study emergence, scaled down: the real study file on a few images and random weights.

Makes a folder in which `snakemake` runs that study from images to figures. The images are real
photographs of the demo, laid out and named as ImageNet's validation images are; the word vectors
are GloVe's, stretched to the four models' dimensions and written in their four formats; networks
get random weights, and trained SqueezeNet stands beside them, since untrained networks put every
image into one class. Run it by `make check-emergence`.
"""

import gzip
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from packaged import demo_source
from scaled_down import copy_project, write, write_images

from semantrace.taxonomy.imagenet import class_names

WORDLESS = "teapot"
"""The word that one of the models lacks, so that its class is no concept."""


def make_scaled_down(repository: Path, folder: Path) -> None:
    """Make a folder with the workflow, the scaled-down study and all that it reads.

    Parameters
    ----------
    repository : Path
        The checkout. What is downloaded is kept in its `resources`.
    folder : Path
        Made anew, but for what an earlier run of the same study left there.
    """
    copy_project(repository, folder)
    study = scaled_down_study(repository)
    write_settings(repository, folder, study)
    write_images(repository, folder, study["dataset"])
    write_word_vectors(repository, folder, study["word_vectors"])


def scaled_down_study(repository: Path) -> dict:
    """Return the real study with other paths, weights and numbers of images, and SqueezeNet."""
    study = yaml.safe_load((repository / "studies/emergence.yaml").read_text())
    study["dataset"]["class_order"] = "data/classes.txt"
    study["images"] = {"per_concept": 2, "groups": 2, "shards": 1}
    for network in study["networks"].values():
        network["weights"] = {"seed": 1}
    demo = yaml.safe_load((repository / "studies/demo.yaml").read_text())
    study["networks"]["squeezenet"] = demo["networks"]["squeezenet"]
    for name, model in study["word_vectors"].items():
        for key in ("downloader", "url", "source"):
            model.pop(key, None)
        model.setdefault("file", f"data/word_vectors/{name}")
    return study


def write_settings(repository: Path, folder: Path, study: Mapping) -> None:
    """Write the study and a configuration of few permutations.

    Activations are kept as float32. Untrained networks give all classes nearly the same
    probability, 0.001, and what little differs is lost in float16: Inception V3's accuracy at
    `predictions` is 0.40 in float32 and would be 0.6 from the rounding alone.
    """
    config = yaml.safe_load((repository / "config.yaml").read_text())
    config |= {"study": "emergence", "permutations": 50, "resources": "resources"}
    config["storage"] = {"dtype": "float32", "compression": "none", "keep_activations": True}
    write(folder / "config.yaml", yaml.safe_dump(config))
    write(folder / "studies/emergence.yaml", yaml.safe_dump(study, sort_keys=False))


def write_word_vectors(repository: Path, folder: Path, models: Mapping[str, Mapping]) -> None:
    """Write each model in the layout that it is published in."""
    layouts = {
        "skipgram": word2vec_binary,
        "glove": glove_text,
        "rnn": capitals_text,
        "crosslingual": gzipped_text,
    }
    words, known = glove_vectors(repository)
    for seed, (name, layout) in enumerate(layouts.items()):
        path = folder / models[name]["file"]
        if path.is_file():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        stretch = np.random.default_rng(seed).normal(size=(50, models[name]["dimensions"]))
        path.write_bytes(layout(words, (known @ stretch / 50**0.5).astype(np.float32)))


def glove_vectors(repository: Path) -> tuple[list[str], np.ndarray]:
    """Return the classes' names that GloVe knows, with their vectors of 50 dimensions."""
    source = demo_source(repository, "word_vectors", "glove")
    table = pd.read_parquet(source["vocabulary"])
    vocabulary = table.select_dtypes(["object", "string"]).iloc[:, 0].tolist()
    row_of = {word: row for row, word in enumerate(vocabulary)}
    names = dict.fromkeys(name.lower().replace(" ", "_") for name in class_names())
    words = [name for name in names if name in row_of]
    vectors = np.load(source["array"], mmap_mode="r")
    return words, np.asarray(vectors[[row_of[word] for word in words]], dtype=np.float64)


def word2vec_binary(words: list[str], vectors: np.ndarray) -> bytes:
    """Return vectors as Google News has them: counts, then each word with its float32 values."""
    rows = (
        word.encode() + b" " + row.astype("<f4").tobytes()
        for word, row in zip(words, vectors, strict=True)
    )
    return f"{len(words)} {vectors.shape[1]}\n".encode() + b"".join(rows)


def glove_text(words: list[str], vectors: np.ndarray) -> bytes:
    """Return vectors as GloVe has them: text without counts."""
    return "".join(text_lines(words, vectors)).encode()


def capitals_text(words: list[str], vectors: np.ndarray) -> bytes:
    """Return vectors as RNNLM's projections have them: counts, in capitals; one word is missing."""
    kept = [row for row, word in enumerate(words) if word != WORDLESS]
    lines = text_lines([words[row].upper() for row in kept], vectors[kept])
    return gzip.compress(f"{len(kept)} {vectors.shape[1]}\n{''.join(lines)}".encode(), mtime=0)


def gzipped_text(words: list[str], vectors: np.ndarray) -> bytes:
    """Return vectors as the cross-lingual ones are: gzipped text without counts."""
    return gzip.compress(glove_text(words, vectors), mtime=0)


def text_lines(words: list[str], vectors: np.ndarray) -> Iterable[str]:
    """Yield a line a word."""
    for word, row in zip(words, vectors, strict=True):
        yield f"{word} {' '.join(f'{value:.6f}' for value in row)}\n"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    make_scaled_down(Path(__file__).parents[2], target)
    print(os.path.relpath(target))
