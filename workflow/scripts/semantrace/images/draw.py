"""The draw of a study's images: which of each concept, in which group, and in which shard.

Knows how many images there are and opens none.
"""

from collections.abc import Container, Mapping

import numpy as np
import pandas as pd

from semantrace.core.errors import InputError
from semantrace.core.random_streams import random_generator
from semantrace.images.dataset_classes import class_id
from semantrace.images.dataset_reports import first_lines


def draw_images(
    concepts: pd.DataFrame,
    images: pd.DataFrame,
    settings: Mapping,
    seed: int,
    study: str,
    damaged: Container[str] = (),
) -> pd.DataFrame:
    """Draw images of each concept at random and deal them out to the groups.

    Parameters are those of `sample_images`; `images` is a dataset's table, in any order, and
    `damaged` the paths that the draw passes over.

    Returns
    -------
    pandas.DataFrame
        image, concept, wnid, path, group, and expected: the sha256 of the dataset, if it has one.

    Raises
    ------
    InputError
        When classes have fewer images than are wanted, or there are more shards than concepts.
    """
    by_class = {name: rows.sort_values("path") for name, rows in images.groupby("class")}
    draws, counts = [], {}
    for row, name in zip(concepts.itertuples(), concepts["class"], strict=True):
        available = by_class.get(name, images.iloc[:0])
        stream = random_generator(seed, study, "sample_images", row.concept)
        order = stream.permutation(len(available))
        sound = np.array([path not in damaged for path in available["path"]], dtype=bool)
        draws.append((row, available, order[sound[order]]))
        counts[f"{row.concept} ({row.wnid})" if row.wnid else row.concept] = int(sound.sum())
    if problems := sampling_problems(counts, settings):
        raise InputError(*problems)
    parts = [
        _rows_of(row, available, order[: _number_drawn(len(order), settings)], settings["groups"])
        for row, available, order in draws
    ]
    return pd.concat(parts, ignore_index=True)


def sampling_problems(counts: Mapping[str, int], settings: Mapping) -> list[str]:
    """Return what keeps images from being drawn, a line each; opens no image.

    Parameters
    ----------
    counts : mapping of str to int
        The number of images of each concept, by a name for messages.
    settings : mapping
        The study's ``images``.
    """
    per_concept, groups = settings["per_concept"], settings["groups"]
    needed = max(per_concept, groups) if isinstance(per_concept, int) else groups
    advice = "set per_concept to {at_most: …}, " if per_concept == needed > groups else ""
    shown = f"per_concept {_text_of(per_concept)}, groups {groups}"
    problems = [
        f"images: class {name} has {count} images that can be read, and {needed} are needed "
        f"({shown}); add images, {advice}lower the numbers, or leave the class out of the study"
        for name, count in counts.items()
        if count < needed
    ]
    problems = first_lines(problems, "classes with too few images")
    shards = settings["shards"]
    return problems + ([_too_many_shards(shards, len(counts))] if shards > len(counts) else [])


def assign_shards(counts: np.ndarray, shards: int) -> np.ndarray:
    """Cut a row of classes into blocks of about equally many images.

    Parameters
    ----------
    counts : numpy.ndarray
        The number of images of each class, in order.
    shards : int
        The number of blocks; none is left empty.

    Returns
    -------
    numpy.ndarray
        The block of each class, 0…shards−1, never falling. A block holds at most the images of
        the largest class more than its even share.

    Raises
    ------
    InputError
        When there are more shards than classes.
    """
    if shards > len(counts):
        raise InputError(_too_many_shards(shards, len(counts)))
    ends = np.cumsum(counts)
    starts = [0]
    for shard in range(1, shards):
        ideal = ends[-1] * shard / shards
        nearest = int(np.argmin(np.abs(ends - ideal))) + 1
        starts.append(min(max(nearest, starts[-1] + 1), len(counts) - (shards - shard)))
    return np.searchsorted(starts, np.arange(len(counts)), side="right") - 1


def _too_many_shards(shards: int, concepts: int) -> str:
    return (
        f"images.shards: {shards} shards for {concepts} concepts, and a concept is never cut; "
        "lower the number of shards"
    )


def _number_drawn(available: int, settings: Mapping) -> int:
    per_concept, groups = settings["per_concept"], settings["groups"]
    if per_concept == "all":
        return available
    most = per_concept if isinstance(per_concept, int) else per_concept["at_most"]
    return min(available, max(most, groups))


def _text_of(per_concept: int | str | Mapping) -> str:
    most = per_concept["at_most"] if isinstance(per_concept, Mapping) else None
    return str(per_concept) if most is None else f"at most {most}"


def _rows_of(concept, available: pd.DataFrame, chosen: np.ndarray, groups: int) -> pd.DataFrame:
    """Return the drawn images of one concept; the first of the draw are dealt to the groups."""
    digits = max(4, len(str(len(available))))
    identifier = class_id(concept.concept, concept.wnid)
    group = [str(place) if place < groups else "" for place in range(len(chosen))]
    rows = pd.DataFrame(
        {
            "image": [f"{identifier}_{number:0{digits}d}" for number in chosen],
            "concept": concept.concept,
            "wnid": concept.wnid,
            "path": available["path"].to_numpy()[chosen],
            "group": group,
            "expected": available["sha256"].to_numpy()[chosen],
        }
    )
    return rows.sort_values("image")
