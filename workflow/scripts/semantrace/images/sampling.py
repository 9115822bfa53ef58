"""Sampling: which images of each concept are used, in which group and in which shard."""

import concurrent.futures
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from semantrace.core.errors import InputError, Problems
from semantrace.core.progress import tracked
from semantrace.core.tables import IMAGES, LEFT_OUT_IMAGES
from semantrace.images.dataset_reports import few, first_lines
from semantrace.images.datasets import Dataset
from semantrace.images.decoding import ImageFacts, inspect_image
from semantrace.images.draw import assign_shards, draw_images
from semantrace.io.files import check_sha256
from semantrace.io.user_files import unreadable_reason


@dataclass(frozen=True)
class SampledImages:
    """The images of a study.

    Attributes
    ----------
    images : pandas.DataFrame
        `semantrace.core.tables.IMAGES`: one row an image, concepts in their given order.
    left_out : pandas.DataFrame
        `semantrace.core.tables.LEFT_OUT_IMAGES`: those that the draw came upon.
    """

    images: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def warning(self) -> str | None:
        """One line where images were left out."""
        if self.left_out.empty:
            return None
        return (
            f"{len(self.left_out)} damaged images were left out ({few(self.left_out['path'])}); "
            "left_out_images.tsv lists them with their reasons"
        )


def sample_images(
    concepts: pd.DataFrame,
    dataset: Dataset,
    settings: Mapping,
    seed: int,
    study: str,
    threads: int = 1,
) -> SampledImages:
    """Draw the images of a study and look into each of them.

    Every concept has its own random stream, so its images do not depend on the other concepts.
    Where damaged images are left out, the draw takes the next in its order instead.

    Parameters
    ----------
    concepts : pandas.DataFrame
        The k concepts, with the columns concept, wnid and class (the dataset's own name).
    dataset : Dataset
        The images there are.
    settings : mapping
        The study's ``images``: `per_concept` (a number, all, or a mapping with `at_most`),
        `groups`, `shards`, and `damaged` (refuse or leave_out).
    seed : int
        The study's seed.
    study : str
        Its name.
    threads : int
        How many images are decoded at once.

    Raises
    ------
    InputError
        When classes have too few images, there are more shards than concepts, images cannot be
        read or are not as their sha256, or images of a concept are the same; of each, all.
    """
    facts: dict[str, ImageFacts] = {}
    damaged: dict[str, str] = {}
    names: dict[str, str] = {}
    while True:
        drawn = draw_images(concepts, dataset.images, settings, seed, study, damaged)
        names |= zip(drawn["path"], drawn["concept"], strict=True)
        new = [path for path in drawn["path"] if path not in facts]
        if not new:
            break
        found = dict(
            zip(new, _inspect_all([dataset.folder / path for path in new], threads), strict=True)
        )
        errors = {path: fact for path, fact in found.items() if isinstance(fact, InputError)}
        damaged |= _reasons(errors, dataset.folder, settings["damaged"])
        facts |= {path: fact for path, fact in found.items() if path not in errors}
    drawn["shard"] = _shards_of(drawn, settings["shards"])
    for name in ("sha256", "width", "height", "mode"):
        drawn[name] = [getattr(facts[path], name) for path in drawn["path"]]
    _refuse_other_contents(drawn, dataset.folder)
    return SampledImages(drawn[IMAGES.names], _left_out(damaged, names))


def damaged_images(folder: Path, paths: Sequence[str], threads: int = 1) -> list[str]:
    """Decode images and return what is wrong with them, a line each.

    Parameters
    ----------
    folder : path
        Where they lie.
    paths : sequence of str
        Their paths below it.
    threads : int
        How many are decoded at once.
    """
    facts = _inspect_all([folder / path for path in paths], threads)
    errors = [fact for fact in facts if isinstance(fact, InputError)]
    return [line for error in errors for line in error.problems]


def _shards_of(drawn: pd.DataFrame, shards: int) -> pd.Series:
    counts = drawn.groupby("concept", sort=False).size()
    assigned = assign_shards(counts.to_numpy(), shards)
    return drawn["concept"].map(dict(zip(counts.index, assigned, strict=True)))


def _inspect_all(paths: list[Path], threads: int) -> list[ImageFacts | InputError]:
    """Decode every image, several at once, since Pillow's decoders leave Python free."""
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        results = pool.map(_inspect, paths)
        return [next(results) for _ in tracked(paths, "decoding", "images")]


def _inspect(path: Path) -> ImageFacts | InputError:
    try:
        return inspect_image(path)
    except InputError as error:
        return error


def _reasons(errors: Mapping[str, InputError], folder: Path, damaged: str) -> dict[str, str]:
    """Return what is wrong with each damaged image, or refuse the images.

    An image that is not there, or that the disk does not give, is never left out: nothing is known
    of its contents, and of a disk that was unmounted all images would be left out.
    """
    refused = {
        path: error
        for path, error in errors.items()
        if damaged == "refuse" or not _is_damaged(folder / path, error)
    }
    if refused:
        lines = [problem for error in refused.values() for problem in error.problems]
        raise InputError(*lines)
    return {
        path: error.problems[0].removeprefix(f"{folder / path}: ") for path, error in errors.items()
    }


def _is_damaged(path: Path, error: InputError) -> bool:
    """Return whether an image was read and found damaged; errors of a system have a number."""
    cause = error.__cause__
    from_system = isinstance(cause, OSError) and cause.errno is not None
    return not from_system and path.is_file() and unreadable_reason(path) is None


def _left_out(damaged: Mapping[str, str], names: Mapping[str, str]) -> pd.DataFrame:
    rows = [(path, names[path], damaged[path]) for path in sorted(damaged)]
    for path, concept, reason in rows:
        print(f"left out: {path} ({concept}): {reason}", file=sys.stderr)
    return pd.DataFrame(rows, columns=LEFT_OUT_IMAGES.names)


def _refuse_other_contents(drawn: pd.DataFrame, folder: Path) -> None:
    """Refuse images that are not as their sha256, and those that are the same in a concept."""
    problems = Problems()
    for row in drawn.itertuples():
        with problems.collected():
            check_sha256(folder / row.path, row.expected, "the dataset's table", row.sha256)
    others = first_lines(problems.found, "images with another sha256")
    twice = drawn[drawn.duplicated(["concept", "sha256"], keep=False)]
    duplicates = [
        f"{' and '.join(rows['path'])}: duplicate images of the concept "
        f"{rows['concept'].iloc[0]!r}; keep one of them"
        for _, rows in twice.groupby(["concept", "sha256"], sort=False)
    ]
    if others or duplicates:
        raise InputError(*others, *first_lines(duplicates, "duplicate images"))
