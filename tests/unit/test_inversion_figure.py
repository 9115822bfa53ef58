"""The figure of inverted class vectors: what it draws, what it writes, and that it fits."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image
from test_figures import assert_fits

from semantrace.embedding.inversion_files import StoredInversions
from semantrace.figures.base.style import save_figure
from semantrace.figures.embedding.inversions import inversions, squared

LONG = (
    "A network whose title says where it came from, how it was trained, on which images of "
    "which classes, and who first described it"
)
TITLES = {"squeezenet": "SqueezeNet 1.1 (ImageNet classes)", "googlenet": LONG}
LAYER_TITLES = {"googlenet": {"inception_5a_output": "5a", "inception_5b_output": "5b"}}
LAYERS = {
    "squeezenet": tuple(f"fire{number}" for number in range(2, 10)),
    "googlenet": ("inception_5a_output", "inception_5b_output"),
}
CONCEPTS = ("barn", "a concept whose name is longer than any image is wide", "wig", "tree")


def concept_of(number):
    return f"{CONCEPTS[number % len(CONCEPTS)]}{number // len(CONCEPTS) or ''}"


def made_up_inversions(network, classes, size=(20, 20)):
    random = np.random.default_rng(classes)
    return StoredInversions(
        tuple(f"n{number:08}" for number in range(classes)),
        tuple(map(concept_of, range(classes))),
        LAYERS[network],
        random.integers(0, 256, (classes, *size, 3)).astype(np.uint8),
        random.uniform(0.3, 1, (classes, len(LAYERS[network]))),
        random.random((classes, 7)).astype(np.float32),
    )


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    rows = []
    for number in range(12):
        for copy in range(1 + number % 3):
            path = f"{number}_{copy}.png"
            Image.new("RGB", (30 + 5 * number, 40), (20 * number, 100, 90)).save(folder / path)
            row = {"image": f"n{number:08}_{copy}", "path": path}
            row |= {"concept": concept_of(number), "wnid": f"n{number:08}"}
            rows.append({**row, "group": "0" if copy == number % 3 else ""})
    return pd.DataFrame(rows), folder


def words_of(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("classes", [1, 2, 4, 5, 6, 8, 11])
@pytest.mark.parametrize("names", [["squeezenet"], ["squeezenet", "googlenet"]])
def test_every_class_has_a_image_a_photograph_and_its_cosines(dataset, names, classes):
    stored = {name: made_up_inversions(name, classes) for name in names}
    figure, _ = inversions(stored, *dataset, TITLES, LAYER_TITLES)
    assert_fits(figure)
    (page,) = figure.axes
    assert len(page.images) == 2 * classes * len(names)
    words = words_of(figure)
    barns = sum(word.startswith("barn") for word in words)
    assert barns == len(names) * ((classes + 3) // 4)
    for name in names:
        cosines = stored[name].cosines
        for row in cosines:
            assert f"cosine {row.mean():.2f}" in words
    assert words.count("1 image") == len(names) * ((classes + 2) // 3)
    assert words.count("2 images") == len(names) * ((classes + 1) // 3)
    assert TITLES["squeezenet"] in " ".join(words)
    if len(names) > 1:
        joined = " ".join(words)
        assert f"{LONG}, class vectors of 5a and 5b" in joined
        assert all(f"{cosine:.2f} 5b" in words for cosine in cosines[:, 1])


@pytest.mark.parametrize(
    ("classes", "shape"), [(4, (1, 4)), (6, (2, 3)), (8, (2, 4)), (11, (3, 4))]
)
def test_classes_are_shared_out_over_rows_of_about_equal_length(dataset, classes, shape):
    stored = {"squeezenet": made_up_inversions("squeezenet", classes)}
    figure, _ = inversions(stored, *dataset, TITLES, {})
    corners = [image.get_extent() for image in figure.axes[0].images[::2]]
    assert len({round(top, 6) for *_, top in corners}) == shape[0]
    assert len({round(left, 6) for left, *_ in corners}) == shape[1]


def test_the_table_has_a_row_for_each_layer(dataset):
    stored = {name: made_up_inversions(name, 3) for name in TITLES}
    _, data = inversions(stored, *dataset, TITLES, LAYER_TITLES)
    columns = ["network", "concept", "wnid", "images", "image", "layer", "cosine", "mean_cosine"]
    assert list(data.columns) == columns
    assert len(data) == 3 * (8 + 2)
    for row in data.itertuples():
        inverted = stored[row.network]
        number = inverted.classes.index(row.wnid)
        cosines = inverted.cosines[number]
        assert row.concept == inverted.concepts[number]
        assert row.cosine == cosines[inverted.layers.index(row.layer)]
        assert row.mean_cosine == cosines.mean()
        assert row.images == 1 + number % 3
        assert row.image == f"n{number:08}_{number % 3}"


def test_equal_figures_give_equal_bytes(dataset, tmp_path):
    written = []
    for run in ("one", "two"):
        outputs = SimpleNamespace(
            **{kind: tmp_path / run / f"figure.{kind}" for kind in ("pdf", "png", "tsv")}
        )
        stored = {"squeezenet": made_up_inversions("squeezenet", 2)}
        save_figure(*inversions(stored, *dataset, TITLES, {}), outputs)
        written.append([path.read_bytes() for path in vars(outputs).values()])
    assert written[0] == written[1]


def test_a_image_that_is_not_square_stands_in_the_middle_of_white():
    image = np.zeros((4, 7, 3), dtype=np.uint8)
    found = squared(image)
    assert found.shape == (7, 7, 3)
    assert (found[1:5] == 0).all()
    assert (found[[0, 5, 6]] == 255).all()
    np.testing.assert_array_equal(squared(found), found)
