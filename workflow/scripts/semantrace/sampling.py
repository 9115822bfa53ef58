"""Sampling: which pictures of each concept are used, in which group and in which shard."""

import concurrent.futures
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from semantrace.dataset_classes import class_id
from semantrace.datasets import Dataset, check_sha256
from semantrace.errors import InputError
from semantrace.images import PictureFacts, inspect_picture
from semantrace.random_streams import random_generator

COLUMNS = "image concept wnid path group shard sha256 width height mode"


def sample_images(
    concepts: pd.DataFrame,
    dataset: Dataset,
    settings: Mapping,
    seed: int,
    study: str,
    threads: int = 1,
) -> pd.DataFrame:
    """Draw the pictures of a study and look into each of them.

    Every concept has its own random stream, so its pictures do not depend on the other concepts.

    Parameters
    ----------
    concepts : pandas.DataFrame
        The k concepts, with the columns concept, wnid and class (the dataset's own name).
    dataset : Dataset
        The pictures there are.
    settings : mapping
        The study's ``images``: `per_concept` (a number, or all), `groups` and `shards`.
    seed : int
        The study's seed.
    study : str
        Its name.
    threads : int
        How many pictures are decoded at once.

    Returns
    -------
    pandas.DataFrame
        One row a picture, concepts in their given order: image (the class's identifier and the
        picture's number in its class), concept, wnid, path, group (0…, or empty for a picture that
        is used in class vectors only), shard, sha256, and width, height (in pixels, upright) and
        mode.

    Raises
    ------
    InputError
        When a class has too few pictures, there are more shards than concepts, a picture cannot be
        read or is not as its sha256, or two pictures of a concept are the same.
    """
    drawn = draw_images(concepts, dataset.pictures, settings, seed, study)
    counts = drawn.groupby("concept", sort=False).size()
    shards = dict(
        zip(counts.index, assign_shards(counts.to_numpy(), settings["shards"]), strict=True)
    )
    drawn["shard"] = drawn["concept"].map(shards)
    facts = _inspect_all([dataset.folder / path for path in drawn["path"]], threads)
    for row, fact in zip(drawn.itertuples(), facts, strict=True):
        check_sha256(dataset.folder / row.path, row.expected, "the dataset's table", fact.sha256)
    for name in ("sha256", "width", "height", "mode"):
        drawn[name] = [getattr(fact, name) for fact in facts]
    _refuse_duplicates(drawn)
    return drawn[COLUMNS.split()]


def draw_images(
    concepts: pd.DataFrame, pictures: pd.DataFrame, settings: Mapping, seed: int, study: str
) -> pd.DataFrame:
    """Draw pictures of each concept at random and deal them out to the groups.

    Parameters are those of `sample_images`; `pictures` is a dataset's table, in any order.

    Returns
    -------
    pandas.DataFrame
        image, concept, wnid, path, group, and expected: the sha256 of the dataset, if it has one.

    Raises
    ------
    InputError
        When a class has fewer pictures than are wanted.
    """
    by_class = {name: rows.sort_values("path") for name, rows in pictures.groupby("class")}
    parts = []
    for row, name in zip(concepts.itertuples(), concepts["class"], strict=True):
        available = by_class.get(name, pictures.iloc[:0])
        shown = f"{row.concept} ({row.wnid})" if row.wnid else row.concept
        wanted = _number_wanted(len(available), settings, shown)
        stream = random_generator(seed, study, "sample_images", row.concept)
        chosen = stream.permutation(len(available))[:wanted]
        parts.append(_rows_of(row, available, chosen, settings["groups"]))
    return pd.concat(parts, ignore_index=True)


def assign_shards(counts: np.ndarray, shards: int) -> np.ndarray:
    """Cut a row of classes into blocks of about equally many pictures.

    Parameters
    ----------
    counts : numpy.ndarray
        The number of pictures of each class, in order.
    shards : int
        The number of blocks; none is left empty.

    Returns
    -------
    numpy.ndarray
        The block of each class, 0…shards−1, never falling. A block holds at most the pictures of
        the largest class more than its even share.

    Raises
    ------
    InputError
        When there are more shards than classes.
    """
    if shards > len(counts):
        raise InputError(
            f"images.shards: {shards} shards for {len(counts)} concepts, and a concept is never "
            "cut; lower the number of shards"
        )
    ends = np.cumsum(counts)
    starts = [0]
    for shard in range(1, shards):
        ideal = ends[-1] * shard / shards
        nearest = int(np.argmin(np.abs(ends - ideal))) + 1
        starts.append(min(max(nearest, starts[-1] + 1), len(counts) - (shards - shard)))
    return np.searchsorted(starts, np.arange(len(counts)), side="right") - 1


def _number_wanted(available: int, settings: Mapping, name: str) -> int:
    per_concept, groups = settings["per_concept"], settings["groups"]
    needed = groups if per_concept == "all" else max(per_concept, groups)
    if available < needed:
        raise InputError(
            f"images: class {name} has {available} pictures, and {needed} are needed "
            f"(per_concept {per_concept}, groups {groups}); add pictures, lower the numbers, or "
            "leave the class out of the dataset"
        )
    return available if per_concept == "all" else needed


def _rows_of(concept, available: pd.DataFrame, chosen: np.ndarray, groups: int) -> pd.DataFrame:
    """Return the drawn pictures of one concept; the first of the draw are dealt to the groups."""
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


def _inspect_all(paths: list[Path], threads: int) -> list[PictureFacts]:
    """Decode every picture, several at once, since Pillow's decoders leave Python free."""
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        results = pool.map(inspect_picture, paths)
        try:
            return list(tqdm(results, total=len(paths), desc="pictures", file=sys.stderr))
        except InputError:
            pool.shutdown(cancel_futures=True)
            raise


def _refuse_duplicates(drawn: pd.DataFrame) -> None:
    twice = drawn[drawn.duplicated(["concept", "sha256"])]
    if len(twice):
        second = twice.iloc[0]
        same = drawn[
            (drawn["concept"] == second["concept"]) & (drawn["sha256"] == second["sha256"])
        ]
        raise InputError(
            f"{same['path'].iloc[0]} and {second['path']}: duplicate images of the concept "
            f"{second['concept']!r}; remove one of them"
        )
