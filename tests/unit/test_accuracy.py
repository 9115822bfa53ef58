"""Accuracy of networks against explicit loops, and when it is told to be low."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from semantrace.alignment.accuracy import is_far_below, network_accuracy

WNIDS = [f"n0000000{number}" for number in range(8)]
KNOWN = WNIDS[:6]


@pytest.mark.parametrize("seed", range(5))
def test_accuracy_equals_a_loop_over_the_images(seed):
    rng = np.random.default_rng(seed)
    images = pd.DataFrame(
        {"image": [f"i{number}" for number in range(40)], "identity": rng.choice(WNIDS, 40)}
    )
    predicted = {image: rng.permutation(KNOWN)[:5] for image in rng.permutation(images["image"])}
    table = pd.DataFrame(
        [(image, wnid) for image, five in predicted.items() for wnid in five],
        columns=["image", "predicted"],
    )
    row = network_accuracy(table, images, KNOWN)
    counted = first = among = 0
    for image, wnid in images.itertuples(index=False):
        if wnid in KNOWN:
            counted += 1
            first += predicted[image][0] == wnid
            among += wnid in predicted[image]
    assert 0 < first < among < counted < 40
    assert (row["images"], row["note"]) == (counted, "")
    assert row["top_1"] == pytest.approx(first / counted)
    assert row["top_5"] == pytest.approx(among / counted)


def test_a_network_without_classes_and_images_without_its_classes():
    images = pd.DataFrame({"image": ["a"], "identity": [WNIDS[7]]})
    predictions = pd.DataFrame({"image": ["a"] * 5, "predicted": KNOWN[:5]})
    assert network_accuracy(None, images, KNOWN)["note"] == "the network tells no classes"
    row = network_accuracy(predictions, images, KNOWN)
    assert row["images"] == 0
    assert np.isnan(row["top_1"])
    assert row["note"] == "no image shows one of the network's classes"


@pytest.mark.parametrize(
    ("top_1", "images", "published", "is_low"),
    [
        (0.05, 200, 0.6, True),
        (0.05, 19, 0.6, False),
        (0.5, 10_000, 0.6, False),
        (0.44, 10_000, 0.6, True),
        (0.3, 20, 0.6, False),
        (np.nan, 0, 0.6, False),
    ],
)
def test_what_is_far_below(top_1, images, published, is_low):
    assert is_far_below(top_1, images, published) == is_low


@pytest.mark.parametrize("images", [20, 100, 1000])
def test_a_network_that_is_as_good_as_published_is_hardly_ever_told(images):
    counts = np.arange(images + 1)
    for published in (0.3, 0.6, 0.9):
        told = [is_far_below(count / images, images, published) for count in counts]
        assert binom.pmf(counts[told], images, published).sum() < 0.01
