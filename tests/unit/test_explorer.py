"""The explorer's data are those of the tables, and equal results give equal bytes."""

import base64
import dataclasses
import json
import re
import zlib

import numpy as np
import pytest
from made_explorer import ODD_NAMES, MadeStudy, odd_study
from scipy.cluster.hierarchy import leaves_list

from semantrace.explorer import matrices
from semantrace.explorer.builder import Results, build_explorer
from semantrace.explorer.layers import catalogue
from semantrace.explorer.packing import Blocks, in_levels
from semantrace.explorer.page import in_script
from semantrace.explorer.page_files import FOLDER, SCRIPTS, STYLES
from semantrace.figures.base.style import SERIES_COLOURS
from semantrace.io.html_files import json_text

LIBRARY = "window.vegaEmbed = null; // </script> <!--"


class Page:
    """What stands in a page."""

    def __init__(self, path):
        self.text = path.read_text(encoding="utf-8")
        self.first = json.loads(self._element("first"))
        self.parts = json.loads(self._element("parts"))

    def _element(self, name):
        ((found),) = re.findall(
            rf'<script type="[^"]+" id="{name}">(.*?)</script>', self.text, re.S
        )
        return found

    def block(self, name, kind):
        return np.frombuffer(
            zlib.decompress(base64.b64decode(self._element(f"block-{name}"))), kind
        )

    def has(self, name):
        return f'id="block-{name}"' in self.text

    def matrix(self, name):
        """A matrix in the order of the concepts, with the error that its steps leave."""
        settings = self.parts["matrices"][name]
        codes = self.block(name, "u1").astype(np.int64)
        if settings["bits"] == 16:
            high, low = np.split(codes, 2)
            codes = 256 * high + low
        order = self.parts["order"]
        square = np.zeros((len(order), len(order)))
        upper = np.triu_indices(len(order), 1)
        square[upper] = settings["low"] + settings["step"] * codes
        square += square.T + np.eye(len(order))
        place = np.argsort(order)
        return square[np.ix_(place, place)], settings["step"] / 2


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return odd_study(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def results(study):
    return study.results()


def rows_of(table, key):
    return table[(table[list(key)] == list(key.values())).all(axis=1)]


def build(results, titles, folder):
    (folder / "library.js").write_text(LIBRARY)
    build_explorer(folder / "page.html", results, titles, folder / "library.js")
    return Page(folder / "page.html")


@pytest.fixture(scope="module")
def page(study, results, tmp_path_factory):
    return build(results, study.titles(), tmp_path_factory.mktemp("page"))


def test_equal_results_give_equal_bytes(study, page, tmp_path):
    assert build(odd_study(study.folder).results(), study.titles(), tmp_path).text == page.text


def test_no_name_ends_an_element_or_becomes_one(page):
    assert [one["name"] for one in page.first["concepts"][: len(ODD_NAMES)]] == list(ODD_NAMES)
    assert "alert(1)</script>" not in page.text
    assert page.text.count("<script") == page.text.count("</script>")
    assert "<title>A &quot;made&quot; &lt;study&gt; – Semantrace explorer</title>" in page.text
    assert json.loads(json_text({"<": [float("nan"), np.float64(0.1), None]})) == {
        "<": [None, 0.1, None]
    }
    assert in_script("</script><!--") == "<\\/script><\\!--"


def test_the_page_asks_no_network_and_evaluates_no_text(page):
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page.text)
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert set(rules) == {
        "default-src",
        "img-src",
        "style-src",
        "script-src",
        "base-uri",
        "form-action",
    }
    assert not re.search(r"unsafe-eval|https?:", policy)
    assert not re.findall(r'(?:src|href)="(?!data:,|#)', page.text)


def test_matrices_are_within_half_a_step_and_averaged_over_groups(study, page):
    for name, layers in study.networks.items():
        for place, layer in enumerate(layers):
            number = list(study.networks).index(name)
            found, error = page.matrix(f"layer-{number}-{place}")
            groups = [study.layers[name, layer]().matrices[group] for group in range(study.groups)]
            np.testing.assert_allclose(found, sum(groups) / len(groups), atol=error * (1 + 1e-6))
            assert error < 2e-5
    for place, words in enumerate(study.words.values()):
        found, error = page.matrix(f"words-{place}")
        np.testing.assert_allclose(found, words, atol=error * (1 + 1e-6))


def test_concepts_are_ordered_by_the_tree(results, page):
    assert page.parts["order"] == leaves_list(results.tree.tree).tolist()
    assert page.parts["groups"] == [{"start": 0, "end": 4, "label": "first_four", "f1": 0.75}]


def test_pairs_that_fail_add_up_to_the_pass_rates(study, results, page):
    rates = results.pass_rates.set_index(["word_model", "network", "layer", "concept"])["pass_rate"]
    order, k = page.parts["order"], study.k
    tests = (k - 1) * study.groups
    for number, (network, layers) in enumerate(study.networks.items()):
        for place, layer in enumerate(layers):
            counts = iter(page.block(f"passes-0-{number}-{place}", "u1").tolist())
            passed = dict.fromkeys(order, 0)
            for first in range(k):
                for second in range(first + 1, k):
                    count = next(counts)
                    passed[order[first]] += count
                    passed[order[second]] += count
            for concept, count in passed.items():
                known = rates["glove", network, layer, study.concepts[concept]]
                assert count / tests == pytest.approx(known)
    assert page.first["models_with_pairs"] == [0]
    assert not page.has("passes-1-0-0")


def test_pass_rates_are_those_of_the_table(study, results, page):
    for model, name in enumerate(study.models):
        values = iter(page.block(f"rates-{model}", "<f4").tolist())
        table = results.pass_rates[results.pass_rates["word_model"] == name]
        table = table.set_index(["network", "layer", "concept"])["pass_rate"]
        for network, layers in study.networks.items():
            for layer in layers:
                for concept in study.concepts:
                    assert next(values) == pytest.approx(table[network, layer, concept], abs=1e-7)


def test_scores_are_those_of_the_tables_with_intervals_and_ceilings(study, results, page):
    scores = page.first["scores"]
    measures = [one["name"] for one in scores["measures"]]
    alignment = results.alignment.set_index(["word_model", "network", "layer", "measure", "group"])
    accuracy = results.two_vs_two.set_index(["word_model", "network", "layer"])
    models = list(study.models)
    found = 0
    for row in (dict(zip(scores["columns"], row, strict=True)) for row in scores["rows"]):
        network = page.first["networks"][row["network"]]
        layer = network["layers"][row["layer"]]["name"]
        key = (models[row["word_model"]], network["name"], layer)
        measure = measures[row["measure"]]
        found += 1
        if key[0] == "encoder.0":
            assert measure == "two_vs_two"
            assert row["raw"] == accuracy.loc[key, "accuracy"]
            assert row["null_95"] is None
            continue
        mean = alignment.loc[(*key, measure, "mean")]
        for column in ("raw", "null_mean", "null_95", "corrected", "p_value"):
            assert row[column] == mean[column]
        assert (row["p_family_wise"] is None) == (layer == "pixels")
        if measure == "two_vs_two":
            ends = accuracy.loc[key, "accuracy_low"], accuracy.loc[key, "accuracy_high"]
        else:
            groups = [
                alignment.loc[(*key, measure, str(one)), "raw"] for one in range(study.groups)
            ]
            ends = min(groups), max(groups)
        assert (row["low"], row["high"]) == ends
        ceilings = {"two_vs_two": (0.97, 0.97), "rsa_spearman": (0.6, 0.7)}
        assert (row["ceiling_low"], row["ceiling_high"]) == ceilings.get(measure, (None, None))
    assert found == 7 * 8 + 7


def test_one_group_has_neither_ranges_nor_ceilings(tmp_path):
    study = odd_study(tmp_path / "images", groups=1)
    page = build(study.results(), study.titles(), tmp_path)
    columns = page.first["scores"]["columns"]
    for row in (dict(zip(columns, row, strict=True)) for row in page.first["scores"]["rows"]):
        is_accuracy = page.first["scores"]["measures"][row["measure"]]["name"] == "two_vs_two"
        assert (row["low"] is not None) == is_accuracy
        assert row["ceiling_low"] is None


def test_clusters_hold_every_class_once_with_names_and_typicality(study, results, page):
    tables = results.clusters
    assert page.first["layer_sets"] == ["first/high", "first/all", "second/high", "second/all"]
    for number, clustering in enumerate(page.parts["clusters"]):
        members = page.block(f"clusters-{number}", "<u2").reshape(-1, study.k)
        typical = page.block(f"typicality-{number}", "<f4").reshape(-1, study.k)
        for place, one in enumerate(clustering["numbers"]):
            key = {**{name: clustering[name] for name in ("network", "layer_set")}, "k": one["k"]}
            rows = {name: rows_of(table, key) for name, table in tables.items()}
            given = rows["assignments"].set_index("concept")
            assert members[place].tolist() == given["cluster"][study.concepts].tolist()
            assert typical[place].tolist() == pytest.approx(
                given["typicality"][study.concepts].tolist()
            )
            sizes = [row[1] for row in one["named"]]
            assert sizes == np.bincount(members[place]).tolist()
            labels = rows["labels"].set_index("cluster")
            for row in one["named"]:
                named = dict(zip(page.first["cluster_columns"], row, strict=True))
                for name in ("label", "synset", "f1", "precision", "recall"):
                    assert named[name] == labels.loc[named["cluster"], name]
            assert one["in_tree"] == (one["k"] <= 8)
            order = rows["ordered"].sort_values("place")["cluster"].tolist()
            assert one["order"] == (order or list(range(one["k"])))


def test_misclassified_images_have_their_layers(study, results, page):
    table = results.one_vs_two_images.set_index(["network", "word_model", "image", "layer"])[
        "passed"
    ]
    assert len(page.parts["misclassified"]) == 4
    for number, test in enumerate(page.parts["misclassified"]):
        network = page.first["networks"][test["network"]]
        sides = page.block(f"sides-{number}", "u1").reshape(len(test["images"]), -1)
        model = page.first["words"][test["word_model"]]["name"]
        for place, (image, _, predicted) in enumerate(test["images"]):
            assert predicted == "<u>shield"
            for side, score in zip(sides[place], test["scores"], strict=True):
                layer = network["layers"][score[0]]["name"]
                assert bool(side) == table[network["name"], model, image, layer]
        accuracies = [score[2] for score in test["scores"]]
        assert sides.mean(axis=0).tolist() == pytest.approx(accuracies)


def test_each_concept_has_a_small_image(study, page):
    thumbnails = page.parts["thumbnails"]
    files = page.block("thumbnails", "u1").tobytes()
    assert sum(thumbnails["sizes"]) == len(files)
    assert set(thumbnails["concepts"]) == set(study.concepts)
    starts = np.cumsum([0, *thumbnails["sizes"]])
    for start in starts[:-1]:
        assert files[start : start + 4] == b"RIFF"
        assert files[start + 8 : start + 12] == b"WEBP"


def test_a_study_without_words_is_shown_by_its_class_vectors(study, results, tmp_path):
    wordless = Results(
        results.concepts,
        results.matching,
        results.images,
        results.folder,
        results.groups,
        results.matrices,
        clusters=results.clusters,
    )
    titles = dataclasses.replace(study.titles(), word_models={})
    page = build(wordless, titles, tmp_path)
    assert set(page.first["lacks"]) == {"scores", "misclassified"}
    assert page.first["scores"] is None
    assert sorted(page.parts["order"]) == list(range(study.k))
    key = {"network": "first", "layer_set": "high", "k": 9}
    table = rows_of(results.clusters["assignments"], key).set_index("concept")
    clusters = [table["cluster"][study.concepts[place]] for place in page.parts["order"]]
    assert clusters == sorted(clusters)


def test_a_study_without_clusters_says_so(study, results, tmp_path):
    page = build(dataclasses.replace(results, clusters={}), study.titles(), tmp_path)
    assert set(page.first["lacks"]) == {"clusters"}
    assert page.parts["clusters"] == []


@pytest.mark.parametrize("bits", [8, 16])
def test_levels_are_within_half_a_step(bits):
    values = np.random.default_rng(1).normal(size=1000)
    levels = in_levels(values, bits)
    codes = np.frombuffer(levels.codes, "u1").astype(int)
    if bits == 16:
        codes = 256 * codes[:1000] + codes[1000:]
    error = np.abs(levels.low + levels.step * codes - values).max()
    assert error <= levels.step / 2 * (1 + 1e-9)
    assert levels.step == pytest.approx((values.max() - values.min()) / (2**bits - 1))
    assert set(in_levels(np.full(5, 0.25), bits).codes) == {0}


def test_two_blocks_of_one_name_are_refused():
    blocks = Blocks()
    blocks.add("one", b"1")
    with pytest.raises(ValueError, match="one"):
        blocks.add("one", b"2")


def test_of_too_many_layers_some_are_held_evenly_and_the_best(monkeypatch):
    layers = {"first": [f"layer_{place}" for place in range(100)], "second": ["pixels", "top"]}
    titles = {name: name for name in layers}
    shown = catalogue([str(number) for number in range(1000)], layers, titles, {}, {})
    held = matrices.held_layers(shown, 5, 1, ("first", "layer_33"))
    assert ("first", "layer_33") in held
    assert len(held) * shown.pairs <= matrices.MOST_BYTES + shown.pairs
    places = sorted(int(layer[6:]) for network, layer in held if network == "first")
    assert {0, 99} < set(places)
    gaps = np.diff([place for place in places if place != 33])
    assert gaps.max() <= 1.5 * 100 / len(places)
    assert {layer for network, layer in held if network == "second"} == {"pixels", "top"}
    fifty = catalogue(shown.concepts, {"first": layers["first"][:50]}, titles, {}, {})
    assert len(matrices.held_layers(fifty, 1, 1)) == 50


def test_the_page_is_made_of_the_files_that_are_there():
    names = {f"{one}.js" for one in SCRIPTS} | {f"{one}.css" for one in STYLES}
    assert {path.name for path in FOLDER.iterdir()} == {*names, "index.html", "notices.txt"}
    for path in FOLDER.iterdir():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_series_have_the_colours_of_the_figures():
    text = (FOLDER / "charts.js").read_text(encoding="utf-8")
    (listed,) = re.findall(r"SERIES_COLOURS = (\[.*?\])", text)
    assert tuple(json.loads(listed)) == SERIES_COLOURS


def test_a_page_of_many_pairs_takes_one_byte_each(tmp_path):
    names = [f"thing_{number}" for number in range(240)]
    layers = {"first": ["pixels", *(f"layer_{number}" for number in range(60))]}
    study = MadeStudy(tmp_path / "images", names, layers, {"glove": True}, exact=False)
    page = build(study.results(), study.titles(), tmp_path)
    assert {one["bits"] for name, one in page.parts["matrices"].items() if name != "words-0"} == {8}
    pairs = 240 * 239 // 2
    assert len(page.text) < 4 / 3 * 61 * pairs * 1.3 + 400_000
