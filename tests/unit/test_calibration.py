"""Small runs of `make calibrate`: tests reject true null hypotheses no more often than they say."""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom


@pytest.fixture(scope="module")
def calibrate(repository):
    """The script, imported as Python imports it when it is run."""
    sys.path.insert(0, str(repository / "benchmarks"))
    import calibrate

    yield calibrate
    sys.path.remove(str(repository / "benchmarks"))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("2 vs. 2", 3),
        ("1 vs. 2", 5),
        ("comparison", 3),
        ("panel", 3),
        ("controls", 3),
        ("regression", 3),
    ],
)
def test_hard_null_hypotheses_are_not_rejected_too_often(calibrate, kind, number):
    null = calibrate.KINDS[kind][1][number]
    found = calibrate.calibrate(kind, null, data_sets=100, concepts=20)
    assert (found["data_sets"] > 80).all()
    assert found["passed"].all(), found


def test_a_test_that_takes_pairs_for_independent_fails(calibrate, monkeypatch):
    """What the permutation test is there for: a binomial test of the pairs that pass."""

    def binomial(simulation):
        words, images = calibrate._unrelated(simulation, simulation.generator("x"))
        accuracy = calibrate.two_vs_two(words, images[0, 0]).accuracy
        pairs = simulation.concepts * (simulation.concepts - 1) // 2
        return {"binomial": binom.sf(round(accuracy * pairs) - 1, pairs, 0.5)}

    def drawn(simulation):
        return binomial(
            calibrate.Simulation(
                f"binomial {simulation.number}", simulation.null, simulation.concepts, 0
            )
        )

    monkeypatch.setitem(calibrate.KINDS, "binomial", (drawn, calibrate.HARD))
    found = calibrate.calibrate("binomial", calibrate.HARD[3], data_sets=100, concepts=20)
    assert not found["passed"].any()


def test_the_limit_is_the_binomial_one(calibrate):
    for rejected, passed in ((37, True), (38, False)):
        p = np.repeat([0.01, 0.5], [rejected, 500 - rejected])
        found = calibrate.summarise("null", pd.DataFrame({"test": p}))
        assert found["passed"].tolist() == [passed]
        assert found["share"].tolist() == [rejected / 500]
    # 37 is the least number that a binomial variable exceeds in no more than 1 % of cases
    assert binom.sf(37, 500, 0.05) <= 0.01 < binom.sf(36, 500, 0.05)


def test_its_figure_has_a_panel_for_each_test(calibrate):
    p = pd.DataFrame({"first": [0.01, 0.5, 0.7], "second": [0.02, 0.03, 0.04]})
    results = pd.concat([calibrate.summarise(null, p) for null in ("easy", "hard")])
    figure = calibrate.draw_calibration(results.sort_values("test"))
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["first", "second"]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["easy", "hard"]
