"""Are the p-values calibrated? How often each test rejects a null hypothesis that is true.

    python benchmarks/calibrate.py [TABLE [FIGURE]]

Each test gets simulated data sets in which its null hypothesis holds, some of them hard. The share
of p < 0.05 must not exceed the upper 99 % limit of a binomial distribution with 0.05; it may lie
below it, since permutations of few images give few different values. Ends with status 1 if a test
fails. The data sets are the same in each run.
"""

import itertools
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

if __name__ == "__main__":  # for the processes started below, and for no one who imports this
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
REPOSITORY = Path(__file__).parents[1]
sys.path[:0] = [str(REPOSITORY / "workflow/scripts"), str(REPOSITORY / "benchmarks")]

import numba
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from null_data import Null, Population, predictions
from scipy.stats import binom, binomtest

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.activations.correlations import CorrelatedRows
from semantrace.alignment.comparisons import LEAST_ACCURACY, accuracy_difference
from semantrace.alignment.concept_regression import regress
from semantrace.alignment.controls import PIXELS, given_control, rank_correlations
from semantrace.alignment.measures.registry import MEASURES
from semantrace.alignment.one_vs_two import one_vs_two
from semantrace.alignment.panel import score_panel
from semantrace.alignment.split_accuracies import split_accuracies
from semantrace.alignment.two_vs_two import permuted_accuracies, prepare_rows, two_vs_two
from semantrace.core.names import MEASURE_TITLES
from semantrace.core.random_streams import random_generator
from semantrace.figures.base.style import (
    COLUMN_WIDTH,
    GREY,
    INK,
    PNG_RESOLUTION,
    SERIES_COLOURS,
    new_figure,
    theme,
)
from semantrace.io.files import atomic_path, write_tsv
from semantrace.statistics.permutations import draw_permutations, family_wise_p_values, p_values

LEVEL = 0.05
CONFIDENCE = 0.99
DATA_SETS = 500
CONCEPTS = 40
LAYERS = 4
PANEL_LAYERS = 2
GROUPS = 2
PERMUTATIONS = 200
OTHER_CLASSES = 10
SPLITS = 60
COMPARED_GROUPS = 5
COMPARED_ACCURACY = 0.85
PROCESSES = 2
SEED = 20180601

HARD = (
    Null("independent"),
    Null("low-rank images", low_rank_images=True),
    Null("clustered words", clustered_words=True),
    Null("clustered words, low-rank images", clustered_words=True, low_rank_images=True),
)
CROWDED = (
    Null("crowded predictions", predicted_classes=2),
    Null("crowded predictions, clustered, low-rank", True, True, predicted_classes=2),
)
UNLIKE = (
    Null("one layer of low rank", unlike_layers=True),
    Null("one layer of low rank, clustered words", clustered_words=True, unlike_layers=True),
)


@dataclass(frozen=True)
class Simulation:
    """One data set to be drawn and tested.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    null : Null
    concepts : int
        k.
    number : int
        Of the data set.
    """

    kind: str
    null: Null
    concepts: int
    number: int

    def generator(self, *names: str) -> np.random.Generator:
        """Return a random stream of this simulation's own."""
        return random_generator(SEED, self.kind, self.null.name, str(self.concepts), *names)


def two_vs_two_p_values(simulation: Simulation) -> dict[str, float]:
    """Test words against images of other concepts, which nothing relates to them."""
    generator = simulation.generator(str(simulation.number))
    words, images = _unrelated(simulation, generator)
    rows = [prepare_rows(group) for layer in images for group in layer]
    orders = draw_permutations(generator, simulation.concepts, PERMUTATIONS)
    accuracies = permuted_accuracies(
        prepare_rows(words), rows, np.vstack([np.arange(simulation.concepts), orders])
    )
    means = accuracies.reshape(len(accuracies), LAYERS, GROUPS).mean(axis=2)
    family_wise = family_wise_p_values(means[0], means[1:], np.ones(LAYERS, bool))
    return {
        "2 vs. 2": p_values(means[0], means[1:])[0],
        "2 vs. 2, family-wise": family_wise.min(),
    }


def panel_p_values(simulation: Simulation) -> dict[str, float]:
    """Test words against images of other concepts by every measure but 2 vs. 2."""
    generator = simulation.generator(str(simulation.number))
    words, images = _unrelated(simulation, generator, layers=PANEL_LAYERS, groups=1)
    k = simulation.concepts
    orders = draw_permutations(generator, k, PERMUTATIONS)
    rows = CorrelatedRows(words, np.zeros(k), np.ones(k), 1)
    layers = [
        LayerCorrelations("simulated", str(number), number + 1, matrices)
        for number, matrices in enumerate(images)
    ]
    table = score_panel(rows, layers, orders, measures=MEASURES[1:])
    found = {}
    for measure, scores in table.groupby("measure", sort=False):
        title = MEASURE_TITLES[str(measure)]
        found[title] = scores["p_value"].iloc[0]
        found[f"{title}, family-wise"] = scores["p_family_wise"].min()
    return found


def control_p_values(simulation: Simulation) -> dict[str, float]:
    """Test layers given pixels that words follow too; beyond those they have nothing of them."""
    generator = simulation.generator(str(simulation.number))
    population = _population(simulation)
    seen, others = (population.concepts(generator, simulation.concepts) for _ in range(2))
    words = population.word_correlations(generator, seen)
    (pixels,) = population.image_correlations(generator, seen, [0.5], 1)[0]
    own = population.image_correlations(generator, others, [0.5] * PANEL_LAYERS, 1)[:, 0]
    orders = draw_permutations(generator, simulation.concepts, PERMUTATIONS)
    # the correlations of as many features of the pixels as of their own
    layers = [
        LayerCorrelations("simulated", str(number), number, matrix[None])
        for number, matrix in enumerate([pixels, *(pixels + own) / 2])
    ]
    found = given_control(rank_correlations(words, layers, 0, orders), PIXELS)
    family = family_wise_p_values(found.partial, found.null, np.ones(PANEL_LAYERS, bool))
    return {
        "RSA given the pixels": p_values(found.partial, found.null)[0],
        "RSA given the pixels, family-wise": family.min(),
    }


def regression_p_values(simulation: Simulation) -> dict[str, float]:
    """Test a predictor of pass rates that is like another one, which does go along with them."""
    generator = simulation.generator(str(simulation.number))
    population = _population(simulation)
    k = simulation.concepts
    concepts = population.concepts(generator, k)
    words = population.word_correlations(generator, concepts)
    images = population.image_correlations(generator, concepts, [1.0], 1)[0, 0]
    rates = two_vs_two(words, images).pass_rate
    known = rates + rates.std() * generator.normal(size=k)
    other = known + known.std() * generator.normal(size=k)
    orders = draw_permutations(generator, k, PERMUTATIONS)
    return {"regression": regress(rates, np.stack([known, other], axis=1), orders).p_values[1]}


def one_vs_two_p_values(simulation: Simulation) -> dict[str, float]:
    """Test misclassified images against words that nothing relates to them."""
    generator = simulation.generator(str(simulation.number))
    words, images = _unrelated(simulation, generator, OTHER_CLASSES)
    k = simulation.concepts
    groups = [predictions(simulation.null, generator, k, OTHER_CLASSES) for _ in range(GROUPS)]
    found = one_vs_two(words, images, groups, draw_permutations(generator, k, PERMUTATIONS))
    return {
        "1 vs. 2": found.p_values[0],
        "1 vs. 2, family-wise": found.family_wise_p_values(np.ones(LAYERS, bool)).min(),
    }


def _unrelated(
    simulation: Simulation,
    generator: np.random.Generator,
    other_classes: int = 0,
    layers: int = LAYERS,
    groups: int = GROUPS,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw words of some concepts and images of others."""
    k = simulation.concepts
    population = _population(simulation)
    seen, named = (population.concepts(generator, count) for count in (k, k + other_classes))
    words = population.word_correlations(generator, named, k)
    return words, population.image_correlations(generator, seen, [1.0] * layers, groups, 0.5)


def comparison_p_values(simulation: Simulation) -> dict[str, float]:
    """Compare two layers of equal accuracy in the population of concepts."""
    generator = simulation.generator(str(simulation.number))
    population = _population(simulation)
    concepts = population.concepts(generator, simulation.concepts)
    layers = (0, 1 if simulation.null.unlike_layers else 0)
    noise = [_noise_at_accuracy(_key(simulation), layer) for layer in layers]
    images = population.image_correlations(generator, concepts, noise, COMPARED_GROUPS)
    orders = draw_permutations(generator, simulation.concepts, SPLITS)
    words = population.word_correlations(generator, concepts)
    layers = [
        LayerCorrelations("simulated", str(layer), layer, images[layer]) for layer in range(2)
    ]
    first, second = split_accuracies(words, layers, orders)
    if min(first.accuracy, second.accuracy) <= LEAST_ACCURACY:
        return {"comparison of layers": np.nan}
    return {"comparison of layers": accuracy_difference(first, second).p_value}


@cache
def _noise_at_accuracy(simulation: Simulation, layer: int) -> float:
    """Find by bisection the noise at which a layer's mean accuracy is `COMPARED_ACCURACY`."""
    population = _population(simulation)
    low, high = 0.0, 3.0
    for _ in range(8):
        noise = (low + high) / 2
        accuracies = []
        for number in range(200):
            generator = simulation.generator("accuracy", str(number))
            concepts = population.concepts(generator, simulation.concepts)
            words = population.word_correlations(generator, concepts)
            images = population.image_correlations(generator, concepts, [noise] * 2, 1)
            accuracies.append(two_vs_two(words, images[layer, 0]).accuracy)
        low, high = (noise, high) if np.mean(accuracies) > COMPARED_ACCURACY else (low, noise)
    return (low + high) / 2


def _key(simulation: Simulation) -> Simulation:
    return Simulation(simulation.kind, simulation.null, simulation.concepts, 0)


@cache
def _known_population(simulation: Simulation) -> Population:
    return Population(simulation.null, simulation.generator("population"))


def _population(simulation: Simulation) -> Population:
    return _known_population(_key(simulation))


KINDS: dict[str, tuple[Callable[[Simulation], dict[str, float]], tuple[Null, ...]]] = {
    "2 vs. 2": (two_vs_two_p_values, HARD),
    "1 vs. 2": (one_vs_two_p_values, (*HARD, *CROWDED)),
    "comparison": (comparison_p_values, (*HARD, *UNLIKE)),
    "panel": (panel_p_values, HARD),
    "controls": (control_p_values, HARD),
    "regression": (regression_p_values, HARD),
}


def simulate(simulation: Simulation) -> dict[str, float]:
    """Draw one data set and return the p-values of the tests that it is for."""
    numba.set_num_threads(1)
    return KINDS[simulation.kind][0](simulation)


def calibrate(kind: str, null: Null, data_sets: int, concepts: int, run=map) -> pd.DataFrame:
    """Test many data sets in which one null hypothesis is true.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    null : Null
    data_sets : int
    concepts : int
        k.
    run : callable
        What applies a function to many things: ``map``, or that of a pool of processes.

    Returns
    -------
    DataFrame
        As `summarise` gives it.
    """
    drawn = [Simulation(kind, null, concepts, number) for number in range(data_sets)]
    return summarise(null.name, pd.DataFrame(list(run(simulate, drawn))))


def summarise(null: str, found: pd.DataFrame) -> pd.DataFrame:
    """Hold the share of p-values below the level against its limit.

    Parameters
    ----------
    null : str
        The null hypothesis' name.
    found : DataFrame
        A row for each data set, a column of p-values for each test; not a number where a data set
        was not tested.

    Returns
    -------
    DataFrame
        One row a test: ``share`` of p < 0.05 with its 95 % interval, the ``limit``, ``passed``.
    """
    rows = []
    for test, values in found.items():
        values = values.dropna()
        count, rejected = len(values), int((values < LEVEL).sum())
        share, limit = rejected / count, binom.ppf(CONFIDENCE, count, LEVEL) / count
        interval = binomtest(rejected, count).proportion_ci()
        rows.append((test, null, count, share, interval.low, interval.high, limit, share <= limit))
    names = ["test", "null", "data_sets", "share", "low", "high", "limit", "passed"]
    return pd.DataFrame(rows, columns=names)


@theme()
def draw_calibration(results: pd.DataFrame) -> Figure:
    """Draw the share of false rejections with its interval, one row a test and null hypothesis."""
    tests = list(dict.fromkeys(results["test"]))
    counts = [int((results["test"] == test).sum()) for test in tests]
    figure = new_figure(COLUMN_WIDTH * 1.45, 0.5 + 0.165 * (sum(counts) + 1.3 * len(tests)))
    axes = figure.subplots(len(tests), 1, sharex=True, gridspec_kw={"height_ratios": counts})
    for axis, test, colour in zip(axes, tests, itertools.cycle(SERIES_COLOURS), strict=False):
        rows = results[results["test"] == test]
        places = np.arange(len(rows))[::-1]
        axis.axvline(LEVEL, color=INK, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)
        axis.axvline(rows["limit"].max(), color=GREY, linewidth=0.8, zorder=1)
        axis.hlines(places, rows["low"], rows["high"], color=colour, linewidth=1.3, zorder=2)
        for passed, face in ((True, colour), (False, "white")):
            chosen = (rows["passed"] == passed).to_numpy()
            shares = rows["share"][chosen]
            axis.plot(shares, places[chosen], "o", color=colour, markerfacecolor=face)
        axis.set_yticks(places, rows["null"])
        axis.set_ylim(-0.6, len(rows) - 0.4)
        axis.set_title(test, pad=3)
        axis.tick_params(axis="y", length=0)
        axis.grid(axis="x")
        axis.spines[["top", "right", "left"]].set_visible(False)
    for place, name in ((LEVEL, "0.05"), (results["limit"].max(), "limit")):
        how = {"xycoords": axes[0].get_xaxis_transform(), "textcoords": "offset points"}
        how |= {"fontsize": 6, "color": GREY, "ha": "center"}
        axes[0].annotate(name, (place, 1), xytext=(0, 2), **how)
    axes[-1].set_xlim(left=0)
    axes[-1].set_xlabel("Share of p < 0.05 where the null hypothesis is true")
    return figure


def main(arguments: Sequence[str]) -> int:
    """Run all simulations, write their table and figure, and say which tests pass."""
    defaults = [REPOSITORY / "docs/calibration.tsv", REPOSITORY / "docs/calibration.png"]
    table, image = [*arguments, *defaults[len(arguments) :]]
    parts = []
    with get_context("spawn").Pool(PROCESSES) as pool:

        def run(function, items):
            return pool.imap(function, items, chunksize=25)

        for kind, (_, nulls) in KINDS.items():
            for null in nulls:
                part = calibrate(kind, null, DATA_SETS, CONCEPTS, run)
                for row in part.itertuples():
                    name, verdict = f"{row.test}: {row.null}", "pass" if row.passed else "FAIL"
                    share = f"{row.share:.3f} of {row.data_sets} (limit {row.limit:.3f})"
                    print(f"{name:62} {share}  {verdict}", flush=True)
                parts.append(part)
    results = pd.concat(parts, ignore_index=True)
    order = list(dict.fromkeys(results["test"]))
    results = results.sort_values("test", key=lambda test: test.map(order.index), kind="stable")
    write_tsv(results, table)
    figure = draw_calibration(results)
    with theme(), atomic_path(image) as temporary:
        figure.savefig(temporary, format="png", dpi=PNG_RESOLUTION, metadata={"Software": None})
    return 0 if results["passed"].all() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
