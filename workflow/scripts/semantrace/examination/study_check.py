"""Everything that can be wrong with a study, found before its first job, and what it will take.

The parts are examined by the functions that the jobs themselves use, so that nothing is checked by
another rule than the one that decides later. What depends on a part with a problem is passed over.
"""

import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from semantrace.core.errors import InputError, Problems
from semantrace.embedding.inversion_files import find_classes
from semantrace.examination.network_check import check_networks
from semantrace.examination.study_findings import StudyCheck, StudyFiles
from semantrace.images.dataset_files import find_images
from semantrace.images.datasets import Dataset, read_dataset
from semantrace.images.draw import assign_shards, draw_images
from semantrace.images.sampling import damaged_images, sample_images
from semantrace.study.text_encoders import TEXT_ENCODER
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.class_resolution import warnings_of
from semantrace.words.concepts import ConceptMatching
from semantrace.words.study_classes import StudyClasses
from semantrace.words.word_vector_formats import check_model, read_words
from semantrace.words.word_vectors import WordVectors

MOST_BYTES = 300_000_000
"""A model of word vectors that is larger is converted before its words are looked up."""


def check_study(
    study: Mapping,
    name: str,
    seed: int,
    files: StudyFiles,
    threads: int = 1,
    most_decoded: int | None = None,
    measure: bool = False,
) -> StudyCheck:
    """Examine a study as far as that is cheap.

    Parameters
    ----------
    study : mapping
        The study, or what of it is valid.
    name : str
        Its name.
    seed : int
        The seed of the configuration.
    files : StudyFiles
        Where everything is.
    threads : int
        How many images are decoded at once.
    most_decoded : int, optional
        Images of a dataset that has more are not decoded.
    measure : bool
        Whether each network computes one batch of images, to tell how long it takes.
    """
    check = StudyCheck()
    dataset = _check_concepts(check, study, files)
    if check.matching is not None:
        _check_embedding(check, study, check.matching.concepts)
    check_networks(check, study, measure)
    if dataset is not None and check.matching is not None and "images" in study:
        concepts = check.matching.concepts
        if most_decoded is None or len(dataset.images) <= most_decoded:
            _check_images(check, concepts, study["images"], dataset, (seed, name), threads)
        else:
            _check_draw(check, concepts, study["images"], dataset)
    elif "dataset" in study:
        _check_files(check, study, files, threads, most_decoded)
    lines = [_with_source(line, files.source) for line in check.problems.found]
    check.problems.found = list(dict.fromkeys(lines))
    return check


def _check_images(
    check: StudyCheck,
    concepts: pd.DataFrame,
    settings: Mapping,
    dataset: Dataset,
    seed_and_study: tuple[int, str],
    threads: int,
) -> None:
    """Draw the images of the study and decode them."""
    images = dataset.images
    can_be_drawn = False
    with check.problems.collected():
        draw_images(concepts, images, settings, *seed_and_study)
        can_be_drawn = True
        start = time.perf_counter()
        sampled = sample_images(concepts, dataset, settings, *seed_and_study, threads)
        spent = time.perf_counter() - start
        check.images = sampled
        check.decoding_seconds = spent * threads / len(sampled.images)
    if not can_be_drawn and settings["damaged"] == "refuse":
        paths = images["path"][images["class"].isin(concepts["class"])].tolist()
        for line in damaged_images(dataset.folder, paths, threads):
            check.problems.add(line)


def _check_draw(
    check: StudyCheck, concepts: pd.DataFrame, settings: Mapping, dataset: Dataset
) -> None:
    """Check that the images of the study can be drawn, and open none."""
    with check.problems.collected():
        drawn = draw_images(concepts, dataset.images, settings, 0, "")
        assign_shards(drawn.groupby("concept").size().to_numpy(), settings["shards"])


def _check_files(
    check: StudyCheck, study: Mapping, files: StudyFiles, threads: int, most_decoded: int | None
) -> None:
    """Decode all images of a dataset from which the study's own cannot be drawn."""
    if study.get("images", {}).get("damaged") != "leave_out":
        found = find_images(study["dataset"], files.folder)
        paths = [path for path in found.images if (files.folder / path).is_file()]
        if most_decoded is not None and len(paths) > most_decoded:
            return
        for line in damaged_images(files.folder, paths, threads):
            check.problems.add(line)


def _check_concepts(check: StudyCheck, study: Mapping, files: StudyFiles) -> Dataset | None:
    """Resolve the classes, look up their words, and match them."""
    for model, settings in study.get("word_vectors", {}).items():
        with check.problems.collected():
            check_model(settings, f"word_vectors.{model}")
    dataset = None
    with check.problems.collected():
        if "dataset" in study:
            dataset = read_dataset(study["dataset"], files.folder)
    with check.problems.collected():
        if dataset is not None:
            check.warnings += filter(None, [dataset.warning])
            check.matching = _match(check, study, dataset, files)
    return dataset


def _match(
    check: StudyCheck, study: Mapping, dataset: Dataset, files: StudyFiles
) -> ConceptMatching | None:
    """Match the classes that have a meaning."""
    wordnet = WordNet.load(files.wordnet)
    problems = Problems()
    found = StudyClasses.of(dataset, study, wordnet, problems)
    check.problems.found += problems.found
    check.warnings += warnings_of(found.used, files.matching, wordnet)
    models = _vocabularies(check, study, files)
    for model, vectors in models.items():
        lost = vectors.lost_words(found.used_names).values()
        check.lost[model] = [_lost_text(word) for word in lost]
        if advice := vectors.letter_case_advice(found.used_names, f"word_vectors.{model}"):
            check.warnings.append(advice)
    try:
        return found.match(dataset, models, wordnet)
    except InputError:
        if problems.found:  # too few classes have a meaning
            return None
        raise


def _lost_text(word) -> str:
    return f"{word.name} ({word.reason}: {word.nearest})" if word.nearest else word.name


def _vocabularies(check: StudyCheck, study: Mapping, files: StudyFiles) -> dict[str, WordVectors]:
    """Return the words of each model that can be known before it is converted."""
    found = {}
    for model, settings in study.get("word_vectors", {}).items():
        if settings["format"] == TEXT_ENCODER:  # which embeds any name
            continue
        stored, case = files.word_vectors.get(model), settings["case"]
        if stored and all(Path(path).is_file() for path in stored.values()):
            found[model] = WordVectors.open(stored["vectors"], stored["vocabulary"], case)
            continue
        try:
            words = read_words(settings, MOST_BYTES)
        except InputError:
            continue  # told by check_model, or by the job that reads all of the file
        if words is None:
            check.warnings.append(
                f"word_vectors.{model}: its words are looked up once it has been fetched and "
                "converted"
            )
        else:
            found[model] = WordVectors(model, np.empty((len(words), 0), np.float32), words, case)
    return found


def _check_embedding(check: StudyCheck, study: Mapping, concepts: pd.DataFrame) -> None:
    """Check what the visual embedding asks of the classes."""
    embedding = study.get("visual_embedding", {})
    most = embedding.get("clusters", {}).get("to", 0)
    if most > len(concepts):
        check.problems.add(
            f"visual_embedding.clusters.to: {most} clusters of {len(concepts)} classes; ask for "
            f"{len(concepts)} at most"
        )
    if "inversion" in embedding:
        with check.problems.collected():
            find_classes(embedding["inversion"]["classes"], concepts)


def _with_source(line: str, source: str) -> str:
    """Put the study's file before a line that begins with one of its keys."""
    key = line.partition(":")[0].partition(".")[0]
    keys = ("dataset", "concepts", "images", "networks", "word_vectors", "visual_embedding")
    if key == "inversion":
        return f"{source}: visual_embedding.{line}"
    return f"{source}: {line}" if key in keys else line
