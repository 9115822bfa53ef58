"""What `check_study` prints: the problems of a study, or what it consists of and will take."""

import os
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from semantrace.examination.plan import NetworkSize, StudySize, readable_bytes, readable_time
from semantrace.examination.study_findings import StudyCheck
from semantrace.study.model import Study
from semantrace.words.concepts import ConceptMatching

SHOWN = 12
"""Names that a line lists before it only counts."""


def study_size(check: StudyCheck, study: Study, config: Mapping) -> StudySize:
    """Return what of a study without problems decides its costs."""
    assert check.matching is not None and check.images is not None  # as nothing is wrong
    counts = len(check.matching.concepts), len(check.images.images)
    return planned_size(study, config, check.networks, *counts, check.decoding_seconds)


def planned_size(
    study: Study,
    config: Mapping,
    networks: Sequence[NetworkSize],
    concepts: int,
    images: int,
    decoding_seconds: float,
) -> StudySize:
    """Return what of a study decides its costs, whether its images are there or not.

    Parameters
    ----------
    study : Study
    config : mapping
    networks : sequence of NetworkSize
        All networks of the study.
    concepts, images : int
        Their numbers.
    decoding_seconds : float
        Processor seconds in which an image is decoded.
    """
    embedding, inversion = study.embedding, study.embedding.inversion
    sizes = {network.name: network for network in networks}
    stored = () if embedding.is_streamed else embedding.layer_sets
    return StudySize(
        keeps_activations=config["storage"]["keep_activations"],
        stored=frozenset(sizes if study.word_models else stored),
        concepts=concepts,
        images=images,
        groups=study.images.groups,
        permutations=config["permutations"],
        word_models=len(study.word_models),
        networks=tuple(networks),
        value_bytes=2 if config["storage"]["dtype"] == "float16" else 4,
        embedded_features=sum(
            sizes[name].features_of(layers) for name, layers in study.embedded_layers.items()
        ),
        layer_sets=sum(map(len, embedding.layer_sets.values())),
        inverted=len(inversion.classes) * len(inversion.networks) if inversion else 0,
        decoding_seconds=decoding_seconds,
        threads=config["threads"],
    )


def study_lines(check: StudyCheck, size: StudySize, study: Study) -> Iterator[str]:
    """Yield what a study without problems consists of.

    Parameters
    ----------
    check : StudyCheck
    size : StudySize
    study : Study
    """
    assert check.matching is not None and check.images is not None  # as nothing is wrong
    yield f"study       {study.title}"
    yield from _concept_lines(check.matching, check.lost)
    counts = check.images.images["concept"].value_counts()
    least, most = counts.min(), counts.max()
    spread = f"{least} to {most}" if least < most else f"{most}"
    yield (
        f"images      {size.images:,} ({spread} of a concept), groups: {size.groups}, "
        f"shards: {study.images.shards}"
    )
    if len(check.images.left_out):
        yield f"            {len(check.images.left_out)} damaged images are left out"
    for network in check.networks:
        height, width = network.input_size
        yield f"network     {network.name}: input {height}×{width}, layers: {len(network.layers)}"
        for layer, shape in network.layers.items():
            features = network.features_of([layer])
            stored = readable_bytes(size.images * features * size.value_bytes)
            text = "×".join(map(str, shape))
            yield f"            {layer:<28} {text:>14} {features:>12,} values {stored:>9}"


def cost_lines(size: StudySize, jobs: int | None, cores: int, folder: str | Path) -> Iterator[str]:
    """Yield what a study will take.

    Parameters
    ----------
    size : StudySize
    jobs : int or None
        How many jobs are to run; None where it is not known.
    cores : int
        On how many cores.
    folder : path
        Where results go.
    """
    yield f"jobs        {'not known: Snakemake plans none' if jobs is None else f'{jobs} to run'}"
    disk = size.activation_bytes() + size.other_bytes()
    of_one = "" if size.keeps_activations else ", of two networks at a time"
    yield (
        f"disk        {readable_bytes(disk)}, of which {readable_bytes(size.activation_bytes())} "
        f"are activations before compression{of_one}; {readable_bytes(_free(folder))} are free"
    )
    yield f"memory      {readable_bytes(size.memory_bytes())} in the largest job"
    seconds = size.processor_seconds(jobs or 0) / cores
    yield f"time        {readable_time(seconds)} on {cores} cores without a GPU"


def plan_warnings(size: StudySize, folder: str | Path) -> Iterator[str]:
    """Yield what the plan of a study will meet on this machine."""
    free = _free(folder)
    disk = size.activation_bytes() + size.other_bytes()
    if disk > free:
        less = ", or set storage.keep_activations to false" if size.keeps_activations else ""
        yield (
            f"{folder}: {readable_bytes(disk)} are needed and {readable_bytes(free)} are free; "
            f"make room or set storage.compression{less}"
        )
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if size.memory_bytes() > memory:
        yield (
            f"memory: the largest job takes some {readable_bytes(size.memory_bytes())}, and this "
            f"machine has {readable_bytes(memory)}; take fewer concepts or groups, or a cluster"
        )


def _concept_lines(matching: ConceptMatching, lost_words: Mapping[str, list[str]]) -> Iterator[str]:
    classes, concepts = matching.classes, matching.concepts
    yield f"concepts    {len(concepts)} of {len(classes)} classes"
    rules = classes["rule"].value_counts()
    yield f"            {', '.join(f'{rule}: {count}' for rule, count in rules.items())}"
    for row in classes[classes["alternatives"] != ""].head(SHOWN).itertuples():
        meaning = textwrap.shorten(row.definition, 60, placeholder=" …")
        yield f"            {row[1]}: {row.synset} ({meaning}), {row.rule}"
    others = int((classes["alternatives"] != "").sum()) - SHOWN
    if others > 0:
        yield f"            and {others} more classes named by words with several senses"
    for model, lost in lost_words.items():
        listed = ", ".join(lost[:SHOWN]) + (", …" if len(lost) > SHOWN else "")
        yield f"words       {model}: no vector for {len(lost)}" + (f": {listed}" if lost else "")


def _free(folder: str | Path) -> int:
    """Return the free bytes of the disk that a folder is on, or will be."""
    places = (Path(folder), *Path(folder).resolve().parents)
    return shutil.disk_usage(next(place for place in places if place.exists())).free
