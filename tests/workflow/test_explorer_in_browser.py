"""The explorer in a real browser: every view, its numbers against the tables, and no network."""

import dataclasses
import itertools
import re
from urllib.parse import quote_plus

import h5py
import numpy as np
import pytest
from explorer_page import PHONE, SIZE, Explorer, open_browser, same
from made_explorer import ODD_NAMES, odd_study
from scipy.stats import spearmanr

from semantrace.alignment.two_vs_two import two_vs_two
from semantrace.explorer.builder import Results, build_explorer

pytestmark = pytest.mark.slow

VIEWS = ("scores", "matrices", "concept", "clusters", "misclassified")


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def explorer(browser, finished):
    explorer = Explorer(browser, finished.results / "explorer.html")
    yield explorer
    explorer.context.close()


@pytest.fixture(autouse=True)
def silence(request):
    """Of each test, what its pages complained of and asked for is nothing."""
    yield
    for name in ("explorer", "odd"):
        if name in request.fixturenames:
            request.getfixturevalue(name).check_silence()


def test_it_opens_with_the_scores_of_the_best_layer(explorer, finished):
    page = explorer.open()
    assert explorer.text("h1") == finished.study()["title"]
    layers = finished.table("two_vs_two/glove/layers.tsv")
    best = layers[layers["layer"] != "pixels"].nlargest(1, "accuracy").iloc[0]
    assert explorer.text("#picked-layer") == best["layer"]
    assert page.locator(".chart svg .mark-symbol path").count() >= 2 * len(layers)


def test_scores_are_those_of_the_table(explorer, finished):
    page = explorer.open("view=scores&measure=two_vs_two")
    page.click("summary")
    alignment = finished.table("tables/alignment.tsv")
    accuracy = finished.table("two_vs_two/glove/layers.tsv").set_index(["network", "layer"])
    titles = {one["title"]: name for name, one in finished.study()["networks"].items()}
    measures = page.locator("#measure option").all_inner_texts()
    assert len(measures) == 8
    for place, measure in enumerate(alignment["measure"].drop_duplicates()):
        page.select_option("#measure", label=measures[place])
        known = alignment[(alignment["measure"] == measure) & (alignment["group"] == "mean")]
        known = known.set_index(["network", "layer"])
        shown = explorer.rows("#score-table")
        assert len(shown) == len(known) == 8
        for title, layer, _, score, low, high, mean, limit, corrected, p, family, _ in shown:
            row = known.loc[titles[title], layer]
            assert same(score, row["raw"])
            assert same(mean, row["null_mean"])
            assert same(limit, row["null_95"])
            assert same(corrected, row["corrected"])
            assert same(p, row["p_value"], 4)
            assert same(family, row["p_family_wise"], 4)
            if measure == "two_vs_two":
                assert same(low, accuracy.loc[(titles[title], layer), "accuracy_low"])
                assert same(high, accuracy.loc[(titles[title], layer), "accuracy_high"])


def test_a_click_and_the_arrow_keys_pick_a_layer(explorer):
    page = explorer.open("view=scores&network=squeezenet&layer=fire9")
    names = set()
    marks = page.locator(".chart svg .mark-symbol path[opacity='0']")
    for place in (1, 2, 3):
        marks.nth(place).hover(force=True)
        page.wait_for_selector("#vg-tooltip-element.visible")
        assert "family-wise" in explorer.text("#vg-tooltip-element")
        marks.nth(place).click(force=True)
        names.add(explorer.text("#picked-layer"))
    assert len(names) == 3
    explorer.open("view=scores&network=squeezenet&layer=fire2")
    page.focus(".chart")
    page.keyboard.press("ArrowRight")
    assert explorer.text("#picked-layer") == "fire9"
    page.keyboard.press("ArrowDown")
    assert "network=untrained" in explorer.hash()
    assert "layer=fire9" in explorer.hash()
    page.wait_for_timeout(400)
    assert "fire9, untrained" in explorer.text("#spoken")


def test_what_is_drawn_anew_keeps_the_focus(explorer):
    page = explorer.open("view=scores&network=squeezenet&layer=fire2")
    page.focus("#layer")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(150)
    assert explorer.text("#picked-layer") == "fire9"
    assert page.evaluate("document.activeElement.id") == "layer"


def read_matrix(finished, network, layer):
    with h5py.File(finished.results / f"correlations/{network}/0.h5") as file:
        return file["concepts"].asstr()[:].tolist(), file[f"layers/{layer}"][:]


def read_words(finished):
    with h5py.File(finished.results / "correlations/words/glove.h5") as file:
        return file["correlations"][:]


def test_the_crossing_of_the_matrices_has_the_correlations_of_the_pair(explorer, finished):
    names, images = read_matrix(finished, "squeezenet", "fire9")
    words = read_words(finished)
    page = explorer.open("view=matrices&layer=fire9&concept=tiger&with=lion")
    pair = names.index("tiger"), names.index("lion")
    (_, of_words), (_, of_images) = explorer.rows("#crossing")
    assert same(of_words, words[pair])
    assert same(of_images, images[pair])

    page.focus("canvas >> nth=1")
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    row, column = explorer.text("#view-matrices aside h3").split(" and ")
    pair = names.index(row), names.index(column)
    assert pair != (names.index("tiger"), names.index("lion"))
    (_, of_words), (_, of_images) = explorer.rows("#crossing")
    assert same(of_words, words[pair])
    assert same(of_images, images[pair])
    assert f"concept={row}" in explorer.hash()
    page.wait_for_timeout(400)
    assert explorer.text("#spoken").startswith(f"{row} and {column}: Words {of_words}")


def test_matrices_zoom_to_a_block_by_mouse_and_by_keys(explorer):
    page = explorer.open("view=matrices&layer=fire9")
    box = page.locator("canvas >> nth=0").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4)
    page.mouse.up()
    rows, columns = re.search(r"block=([\d-]+)%2C([\d-]+)", explorer.hash()).groups()
    assert rows != columns
    page.keyboard.press("Tab")
    page.focus("canvas >> nth=0")
    page.keyboard.press("Escape")
    assert "block" not in explorer.hash()
    page.keyboard.press("+")
    first, last = map(int, re.search(r"block=(\d+)-(\d+)", explorer.hash()).groups())
    assert last - first == 10
    page.click("text=Show all")
    assert "block" not in explorer.hash()


BRIGHTNESS = """(k) => {
  const canvas = document.querySelectorAll("canvas")[1];
  const { place, width, height } = canvas;
  const scale = width / canvas.clientWidth;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const bright = (row, column) => {
    const x = Math.round((place.left + (column + 0.5) * place.column) * scale);
    const start = 4 * (Math.round((row + 0.5) * place.row * scale) * width + x);
    return data[start] + data[start + 1] + data[start + 2];
  };
  const places = Array.from({ length: k }, (_, place) => place);
  return places.map((row) => places.map((column) => bright(row, column)));
}"""
ORDER = "() => JSON.parse(document.getElementById('parts').textContent).order"


def test_the_colours_of_a_matrix_follow_its_correlations(explorer, finished):
    page = explorer.open("view=matrices&layer=fire9")
    names, images = read_matrix(finished, "squeezenet", "fire9")
    order = page.evaluate(ORDER)
    upper = np.triu_indices(len(names), 1)
    bright = np.array(page.evaluate(BRIGHTNESS, len(names)))[upper]
    assert spearmanr(bright, images[np.ix_(order, order)][upper]).statistic > 0.95


def test_a_deep_link_shows_a_concept_with_its_neighbours(explorer, finished):
    explorer.open("layer=fire9&concept=tiger")
    assert explorer.text("#concept-name") == "tiger"
    names, images = read_matrix(finished, "squeezenet", "fire9")
    here = names.index("tiger")
    for kind, matrix in (("words", read_words(finished)), ("images", images)):
        near = np.argsort(-matrix[here])
        expected = [names[place] for place in near if place != here][:10]
        found = [text.split("\n") for text in explorer.texts(f".near[data-kind={kind}] .name")]
        assert [name for name, _ in found] == [name.replace("_", " ") for name in expected]
        for (_, value), name in zip(found, expected, strict=True):
            assert same(value, matrix[here, names.index(name)])


def test_the_pairs_that_a_concept_fails_are_those_of_the_test(explorer, finished):
    names, images = read_matrix(finished, "squeezenet", "fire9")
    passed = two_vs_two(read_words(finished), images).passed
    page = explorer.open("layer=fire9&concept=tomato")
    here = names.index("tomato")
    failed = {name for place, name in enumerate(names) if not passed[here, place]} - {"tomato"}
    assert {text.strip() for text in explorer.texts("#failed .name")} == failed
    assert f"Fails {len(failed)} test" in explorer.text("#failed-count")
    page.click("#view-concept summary")
    rates = finished.table("two_vs_two/glove/concepts.tsv")
    rates = rates[rates["concept"] == "tomato"].set_index(["network", "layer"])["pass_rate"]
    titles = {one["title"]: name for name, one in finished.study()["networks"].items()}
    shown = explorer.rows("#rates")
    assert len(shown) == len(rates)
    for title, layer, rate in shown:
        assert same(rate, rates[titles[title], layer])
    assert rates["squeezenet", "fire9"] == pytest.approx(1 - len(failed) / (len(names) - 1))


def test_the_tree_of_clusters_leads_to_members_and_to_where_they_go(explorer, finished):
    page = explorer.open("view=clusters&set=squeezenet%2Fall")
    ordered = finished.table("clusters/ordered.tsv")
    labels = finished.table("clusters/squeezenet/labels.tsv")
    labels = labels[labels["layer_set"] == "all"].set_index(["k", "cluster"])
    members = finished.table("clusters/squeezenet/assignments.tsv")
    members = members[members["layer_set"] == "all"]
    boxes = page.locator(".boxes a")
    assert boxes.count() == (ordered["layer_set"] == "all").sum()
    for box in boxes.all()[:6]:
        k, cluster = map(int, box.get_attribute("data-cluster").split("-"))
        row = labels.loc[k, cluster]
        assert box.locator("strong").inner_text() == row["label"].replace("_", " ")
        f1, size = re.fullmatch(r"F1 ([\d.]+) · (\d+)", box.locator("small").inner_text()).groups()
        assert same(f1, row["f1"], 2)
        assert int(size) == row["size"]
        box.click()
        here = members[(members["k"] == k) & (members["cluster"] == cluster)]
        here = here.sort_values("typicality", ascending=False)
        shown = [text.split("\n") for text in explorer.texts("#members .name")]
        assert [name for name, _ in shown] == [name.replace("_", " ") for name in here["concept"]]
        for (_, typicality), known in zip(shown, here["typicality"], strict=True):
            assert same(typicality, known)
        told = re.search(
            r"F1 ([\d.]+), precision ([\d.]+), recall ([\d.]+)", explorer.text("#cluster-numbers")
        ).groups()
        for text, name in zip(told, ("f1", "precision", "recall"), strict=True):
            assert same(text, row[name])
    check_flows(explorer, finished, set(here["concept"]))


def check_flows(explorer, finished, concepts):
    """A cluster's members are as many in each cluster of another layer set as its table says."""
    explorer.page.select_option("#to", label=f"{explorer.text('#set option >> nth=1')}")
    explorer.page.select_option("#to-k", label="5 clusters")
    other = finished.table("clusters/squeezenet/assignments.tsv")
    other = other[(other["layer_set"] == "high") & (other["k"] == 5)]
    known = other[other["concept"].isin(concepts)]["cluster"].value_counts()
    shown = [int(re.search(r"(\d+) of", text)[1]) for text in explorer.texts("#flows a")]
    assert shown == sorted(known.tolist(), reverse=True)
    assert "to=squeezenet%2Fhigh" in explorer.hash()


def test_misclassified_images_are_told_with_the_layers_on_the_true_side(explorer, finished):
    page = explorer.open("view=misclassified&network=squeezenet&layer=fire9")
    scores = finished.table("one_vs_two/squeezenet/glove.tsv").set_index("layer")
    images = finished.table("one_vs_two/squeezenet/images/glove.tsv")
    if not len(images):
        assert page.locator("#view-misclassified .note").count()
        assert scores["note"].iloc[0] in explorer.text("#view-misclassified")
        return
    assert len(explorer.texts("#wrong li")) == images["image"].nunique()
    assert f"in {scores.loc['fire9', 'accuracy']:.3f} of" in explorer.text("#one-vs-two")


def test_a_search_finds_a_concept_and_a_synset_by_keys_alone(explorer, finished):
    page = explorer.open("view=scores&layer=fire9")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "query":
            break
    assert page.evaluate("document.activeElement.id") == "query"
    page.keyboard.type("tig")
    page.wait_for_selector("#found li")
    page.keyboard.press("Enter")
    page.wait_for_selector("#concept-name")
    assert explorer.text("#concept-name") == "tiger"
    assert "concept=tiger" in explorer.hash()
    synset = finished.table("clusters/squeezenet/labels.tsv")["synset"].iloc[0]
    page.fill("#query", synset)
    page.wait_for_selector(f"#found li:has-text('{synset}')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#cluster-numbers")
    assert synset in explorer.text("#cluster-numbers")
    page.fill("#query", "no such thing")
    page.wait_for_selector("#found:has-text('nothing of this name')")


def test_back_and_a_copied_address_show_the_same_view(explorer):
    page = explorer.open("layer=fire9&concept=tiger")
    explorer.show("Matrices")
    page.select_option("#layer", label="fire2")
    address = explorer.hash()[1:]
    page.go_back()
    page.wait_for_timeout(100)
    assert page.locator("#layer option:checked").first.inner_text() == "fire9"
    explorer.open(address)
    assert page.locator("#layer option:checked").first.inner_text() == "fire2"
    assert page.get_attribute("html", "data-view") == "matrices"
    assert explorer.text("#picked-concept") == "tiger"


def test_an_address_of_what_there_is_not_shows_the_standard_view(explorer):
    page = explorer.open("view=nothing&layer=no&network=x&concept=unicorn&block=9-1&k=999&set=a")
    assert page.get_attribute("html", "data-view") == "scores"
    for view in VIEWS:
        explorer.open(f"view={view}&layer=no&concept=unicorn&block=999-1000&k=999&cluster=99&to=q")
        assert page.get_attribute("html", "data-view") == view


NAMELESS = """() => [...document.querySelectorAll("button, a, select, input, [tabindex='0']")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !one.textContent.trim() && !one.labels?.length)
  .filter((one) => !one.getAttribute("aria-label"))
  .map((one) => one.outerHTML.slice(0, 120))"""
UNTOLD = "[...document.images].filter((one) => !one.hasAttribute('alt')).length"
LEVELS = """() => [...document.querySelectorAll("h1, h2, h3")]
  .filter((one) => one.checkVisibility())
  .map((one) => Number(one.tagName[1]))"""


@pytest.mark.parametrize("size", [SIZE, PHONE], ids=["screen", "phone"])
def test_views_fit_the_window_and_have_names_for_those_who_do_not_see(browser, finished, size):
    explorer = Explorer(browser, finished.results / "explorer.html", size)
    for view, arrange in [*zip(VIEWS, itertools.repeat("panels")), ("scores", "depth")]:
        page = explorer.open(f"view={view}&arrange={arrange}&concept=tiger&layer=fire9")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], view
        assert page.locator(f"#view-{view}").is_visible()
        assert page.evaluate(NAMELESS) == [], view
        assert page.evaluate(UNTOLD) == 0
        levels = page.evaluate(LEVELS)
        assert levels[0] == 1
        assert max(np.diff(levels), default=0) <= 1, view
    for landmark in ("header", "nav[aria-label]", "main", "#spoken[aria-live]"):
        assert page.locator(landmark).count() == 1
    explorer.check_silence()
    explorer.context.close()


@pytest.fixture(scope="module")
def odd(browser, finished, tmp_path_factory):
    """A study of names that are hard to show, three groups of images and a text encoder."""
    folder = tmp_path_factory.mktemp("odd")
    (library,) = (finished.folder / "resources/charts").glob("*.js")
    study = odd_study(folder / "images")
    results = study.results()
    build_explorer(folder / "explorer.html", results, study.titles(), library)
    explorer = Explorer(browser, folder / "explorer.html")
    explorer.study, explorer.results = study, results
    yield explorer
    explorer.context.close()


def test_names_are_shown_as_they_are_written(odd):
    page = odd.open("view=concept")
    assert odd.text("h1") == 'A "made" <study>'
    for name in ODD_NAMES:
        page.fill("#query", name)
        page.wait_for_selector("#found li[role=option]")
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        assert odd.text("#concept-name") == name.replace("_", " ")
        name_in_address = odd.hash()[1:]
        assert quote_plus(name) in name_in_address
    odd.open(name_in_address)
    assert odd.text("#concept-name") == name
    for view in VIEWS:
        odd.open(f"view={view}&layer=top.cls&network=second")
        assert page.get_attribute("html", "data-view") == view


def test_of_several_groups_it_says_what_is_averaged_and_counts_all(odd):
    odd.open("concept=polar_bear&network=first&layer=high&words=glove")
    study = odd.study
    rates = study.pass_rates().set_index(["word_model", "network", "layer", "concept"])["pass_rate"]
    tests = 3 * (study.k - 1)
    fails = round(tests * (1 - rates["glove", "first", "high", "polar_bear"]))
    assert f"Fails {fails} tests of {tests}, over 3 groups" in odd.text("#failed-count")
    mean = study.mean_of("first", "high")
    odd.open("view=matrices&network=first&layer=high&concept=polar_bear&with=it%27s")
    (_, _), (_, shown) = odd.rows("#crossing")
    assert same(shown, mean[study.concepts.index("polar_bear"), study.concepts.index("it's")])
    assert "means over 3 groups" in odd.text("#view-matrices")
    odd.open("view=concept&concept=polar_bear&words=encoder.0")
    assert "the pairs of its last layer only" in odd.text("#view-concept")
    odd.open("view=scores&measure=rsa_spearman&words=glove")
    assert "noise ceiling" in odd.text("#view-scores .key")


def test_each_misclassified_image_has_the_layers_of_its_table(odd):
    page = odd.open("view=misclassified&network=second&layer=low&words=glove")
    tests, images = odd.results.one_vs_two, odd.results.one_vs_two_images
    images = images[(images["network"] == "second") & (images["word_model"] == "glove")]
    shown = page.locator("#wrong li").all()
    assert len(shown) == images["image"].nunique() == 5
    for item, (_, rows) in zip(shown, images.groupby("image", sort=False), strict=True):
        concept = rows["concept"].iloc[0].replace("_", " ")
        assert (
            item.locator(".verdict > span").first.inner_text() == f"{concept} taken for <u>shield"
        )
        sides = [one.get_attribute("class") for one in item.locator(".squares button").all()]
        assert ["side-true" in one for one in sides] == rows["passed"].tolist()
        assert ["is-picked" in one for one in sides] == (rows["layer"] == "low").tolist()
    tests = tests.set_index(["network", "word_model", "layer"])["accuracy"]
    told = re.search(r"true class in ([\d.]+) of 5 tests", odd.text("#one-vs-two"))[1]
    assert same(told, tests["second", "glove", "low"])


def test_a_study_without_words_opens_on_what_it_has_and_says_why(browser, odd, finished, tmp_path):
    given = odd.results
    results = Results(
        given.concepts,
        given.matching,
        given.images,
        given.folder,
        given.groups,
        given.matrices,
        clusters=given.clusters,
    )
    (library,) = (finished.folder / "resources/charts").glob("*.js")
    titles = dataclasses.replace(odd.study.titles(), word_models={})
    build_explorer(tmp_path / "explorer.html", results, titles, library)
    explorer = Explorer(browser, tmp_path / "explorer.html")
    page = explorer.open()
    assert page.get_attribute("html", "data-view") == "matrices"
    for view in ("scores", "misclassified"):
        explorer.open(f"view={view}")
        assert "word vectors" in explorer.text(f"#view-{view} .note")
    explorer.open("view=matrices&concept=polar_bear&with=it%27s")
    assert len(explorer.rows("#crossing")) == 1
    explorer.open("concept=polar_bear")
    assert len(explorer.texts(".near[data-kind=images] li")) == 10
    assert "no word vectors" in explorer.text(".neighbours")
    explorer.check_silence()
    explorer.context.close()
