"""The pages of the report say what the tables say, and escape what they quote."""

import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from whole_tables import completed

from semantrace.core import tables as known
from semantrace.core.names import MEASURE_TITLES
from semantrace.core.tables import FIGURE_DATA
from semantrace.io.tables import read_table, write_table
from semantrace.report.caption_numbers import QUOTED, caption_numbers
from semantrace.report.numbers import interval, listed, p_value, score
from semantrace.report.study_facts import SUMMARY_TABLES, Result, StudyFacts
from semantrace.report.summary import summary_page
from semantrace.report.table_page import SHOWN_TABLES, table_page
from semantrace.report.titles import Titles

NETWORKS = {"one": "One <i>", "two": "Two & more"}
TITLES = Titles(NETWORKS, {"glove": "GloVe <50>"}, {"one": {"a": "A1"}})
LAYERS = ["pixels", "a", "b", "c"]
SETTINGS = {
    "title": "A <b>study</b>",
    "dataset": {"kind": "imagefolder", "root": "my <images>"},
    "images": {"per_concept": {"at_most": 3}, "groups": 1, "damaged": "leave_out"},
    "networks": {
        "one": {"layers": LAYERS[1:], "weights": {"seed": 4}, "resize": "center_crop"},
        "two": {"layers": LAYERS[1:], "weights": {"file": "~/x/own.h5"}, "resize": "stretch"},
    },
    "visual_embedding": {"clusters": {"from": 2, "to": 6}},
}
CONFIG = {"seed": 7, "permutations": 1000, "dtype": "float16"}


class Text(HTMLParser):
    """The words of a page, without its style, and whether its tags fit together."""

    def __init__(self, page):
        super().__init__()
        self.open, self.words, self.tags = [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in ("meta", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def layer_rows(**columns):
    """A row of each layer and network; a column is a number that grows, or what is given."""
    rows = pd.DataFrame(
        [
            {"word_model": "glove", "network": network, "layer": layer, "layer_index": index}
            for network in NETWORKS
            for index, layer in enumerate(LAYERS)
        ]
    )
    return rows.assign(**columns)


def made_tables(random):
    """The tables of a study of two networks and one word model, of random numbers."""
    scores = layer_rows(accuracy=random.uniform(0.5, 0.9, 8), p_value=random.random(8))
    scores["accuracy_low"] = scores["accuracy"] - 0.04
    scores["accuracy_high"] = scores["accuracy"] + 0.03
    scores["p_family_wise"] = scores["p_value"].where(scores["layer_index"] > 0)
    layers = scores[scores["layer_index"] > 0]
    best = layers.loc[layers.groupby("network")["accuracy"].idxmax()].assign(pixel_accuracy=0.55)
    alignment = pd.concat(
        [
            scores.assign(group="mean", measure=measure, corrected=random.uniform(0, 1, 8))
            for measure in MEASURE_TITLES
        ]
    )
    by_measure = alignment[alignment["layer"] == "c"].assign(same_layer=random.random(16) < 0.5)
    given = [layers.assign(given=one) for one in ("nothing", "pixels", "layer_before")]
    controls = pd.concat(given).assign(partial=random.uniform(-0.1, 0.3, 18))
    k = pd.DataFrame([(n, k) for n in NETWORKS for k in (2, 3, 5)], columns=["network", "k"])
    quality = k.assign(layer_set="top", mean_f1=random.random(6), null_mean_f1=random.random(6))
    clusters = k.loc[k.index.repeat(k["k"])].assign(layer_set="top", label="thing <x>", f1=0.25)
    measures = ["path", "lin"]
    wordnet = pd.DataFrame(
        [(n, "layer", x, i, m) for n in NETWORKS for i, x in enumerate("ab") for m in measures],
        columns=["network", "scope", "name", "layer_index", "measure"],
    )
    matching = pd.DataFrame({"class": list("pqrs"), "concept": list("pqrs"), "synset": "x.n.01"})
    matching = matching.assign(kept=[True, True, False, False], reason=["", "", "no <word>", "few"])
    images = pd.DataFrame({"image": list("uvw"), "group": ["0", "0", ""]})
    comparisons = pd.DataFrame({"word_model": "glove", "family": ["layers", "layers", "networks"]})
    made = {
        "matching": matching,
        "images": images,
        "left_out": pd.DataFrame({"path": ["x/1.png"], "reason": ["cut <short>"]}),
        "software": pd.DataFrame({"library": ["numpy"], "version": ["2.0"]}),
        "scores": scores,
        "best": best,
        "alignment": alignment,
        "by_measure": by_measure,
        "controls": controls,
        "comparisons": comparisons.assign(p_holm=[0.01, np.nan, 0.04], difference=0.123),
        "regression": best.assign(predictor="depth", p_value=[0.01, 0.2]),
        "one_vs_two": scores.assign(images=30, note=""),
        "ranked": layers.iloc[:4].assign(
            concept=list("pqrs"),
            rank=[1, 2, 3, 4],
            part=["carries", "carries", "breaks", "breaks"],
            pass_rate=[0.9, 0.8, 0.3, 0.2],
        ),
        "word_models": pd.DataFrame(
            {"word_model": "glove", "judged_pairs": ["SimLex-999"], "spearman": [0.26]}
        ),
        "clusters": clusters.assign(place=range(20)),
        "quality": quality.assign(p_value=[0.01, 0.2, 0.03] * 2),
        "wordnet": wordnet.assign(spearman=random.random(8), spearman_p_family_wise=0.02),
    }
    return {
        name: completed(rows.reset_index(drop=True), SUMMARY_TABLES[name])
        for name, rows in made.items()
    }


def facts_of(tables, **changes):
    facts = StudyFacts(
        name="mine",
        folder=Path("results/mine"),
        settings=SETTINGS,
        config=CONFIG,
        layers={"one": 3, "two": 3},
        titles=TITLES,
        tables=tables,
        figures={},
        results=[Result("Concepts", "Rates <1>", "results/mine/figures/rates.png")],
    )
    return replace(facts, **changes)


@pytest.fixture(scope="module")
def tables():
    return made_tables(np.random.default_rng(3))


def test_numbers_are_those_of_the_tables(tables):
    text = Text(summary_page(facts_of(tables))).text
    corrected = tables["alignment"].query("measure == 'two_vs_two'")
    corrected = corrected.set_index(["network", "layer"])["corrected"]
    for row in tables["best"].itertuples():
        value = corrected[row.network, row.layer]
        layer = "A1" if (row.network, row.layer) == ("one", "a") else row.layer
        cells = (
            f"{NETWORKS[row.network]} GloVe <50> {layer} "
            f"{row.accuracy:.3f} {row.accuracy_low:.3f} to {row.accuracy_high:.3f} "
            f"{value:.3f} {row.p_value:.3f} {row.p_family_wise:.3f} 0.550"
        )
        assert cells.replace(" ", "") in text.replace(" ", "")
    layers = tables["scores"].query("layer_index > 0")
    assert f"{(layers['p_family_wise'] < 0.05).sum()} of 6 layers lie above chance" in text
    for row in tables["quality"].query("k == 5").itertuples():
        assert f"k = 5: mean F1 {row.mean_f1:.3f}; shuffled classes {row.null_mean_f1:.3f}" in text
    assert "2 of 3 numbers of clusters have p < 0.05, each by itself" in text
    cells = text.replace(" ", "")
    for measure, rows in tables["by_measure"].groupby("measure"):
        best = rows.loc[rows["corrected"].idxmax()]
        row = f"{MEASURE_TITLES[measure]}{NETWORKS[best['network']]}c{best['corrected']:.3f}"
        same = "" if measure == "two_vs_two" else f"{rows['same_layer'].sum()}of2"
        assert f"{row}{best['p_family_wise']:.3f}{same}".replace(" ", "") in cells
    for (network, measure), rows in tables["wordnet"].groupby(["network", "measure"]):
        best = rows.loc[rows["spearman"].idxmax()]
        layer = TITLES.layer(network, best["name"])
        row = f"{NETWORKS[network]}{measure.capitalize() if measure == 'lin' else measure}{layer}"
        assert f"{row}{best['spearman']:.3f}0.020".replace(" ", "") in cells
    controls = tables["controls"].set_index(["given", "network", "layer"]).sort_index()
    for network in NETWORKS:
        layer = controls.loc["nothing", "partial"][network].idxmax()
        alone, pixels = (controls.loc[(given, network, layer)] for given in ("nothing", "pixels"))
        row = f"{NETWORKS[network]}{TITLES.layer(network, layer)}{score(alone['partial'])}"
        row += f"{score(pixels['partial'])}{pixels['p_family_wise']:.3f}"
        assert row.replace(" ", "") in cells
    pixels = tables["scores"][tables["scores"]["layer"] == "pixels"].set_index("network")[
        "accuracy"
    ]
    higher = sum(row.accuracy > pixels[row.network] for row in layers.itertuples())
    assert f"{higher} of 6 have a higher accuracy than the pixels" in text
    assert "1 of 1 steps from a layer to the next that could be tested (of 2)" in text
    assert "highest pass rates p 0.900 and q 0.800; lowest s 0.200 and r 0.300." in text


def test_what_was_lost_is_counted_by_reason(tables):
    text = Text(summary_page(facts_of(tables))).text
    assert "2 concepts in 3 images of my <images>; 2 images in 1 group" in text
    assert "2 classes of 4 became no concept." in text
    assert "1: no <word>: r." in text
    assert "1: few: s." in text
    assert "1 image left out as damaged. 1: cut <short>: x/1.png." in text


def test_markup_in_names_stays_text(tables):
    page = summary_page(facts_of(tables))
    text = Text(page)
    assert not {"b", "i", "x", "script"} & set(text.tags)
    assert {"A <b>study</b>", "Thing <x>"} <= set(text.words)
    assert "</script" not in page  # where Snakemake keeps it, this would end a script
    assert 'data-result="results/mine/figures/rates.png">Rates &lt;1&gt;</a>' in page
    assert 'href="figures/rates.png"' in page


def test_pages_need_no_network_and_are_the_same_twice(tables):
    again = made_tables(np.random.default_rng(3))
    page = summary_page(facts_of(tables))
    assert page == summary_page(facts_of(again))
    best = tables["best"]
    shown = table_page(best, known.BEST_LAYERS, "Best")
    assert shown == table_page(again["best"], known.BEST_LAYERS, "Best")
    for made in (page, shown):
        assert not re.search(r"https?:|<link|src=\"(?!data:)", made)


EVERY = {"matching", "images", "left_out", "software"}
EMBEDDING = {"clusters", "quality", "wordnet"}


@pytest.mark.parametrize(
    ("present", "absent"),
    [
        (EVERY, ("layers and words", "clusters of class vectors", "How sure", "Concepts")),
        (EVERY | EMBEDDING, ("layers and words", "How sure")),
        (SUMMARY_TABLES.keys() - EMBEDDING, ("clusters of class vectors",)),
    ],
)
def test_sections_without_data_are_left_out(tables, present, absent):
    chosen = {name: rows for name, rows in tables.items() if name in present}
    page = summary_page(facts_of(chosen, results=()))
    headings = re.findall("<h2>(.*?)</h2>", page)
    assert "What was lost" in headings
    for words in absent:
        assert not any(words in heading for heading in headings)
    Text(page)


def test_a_network_without_misclassified_images_and_one_network_alone(tables):
    one = {
        name: rows[rows["network"] == "one"] if "network" in rows else rows
        for name, rows in tables.items()
    }
    silent = one["one_vs_two"].assign(accuracy=np.nan, note="no image was misclassified")
    one |= {"one_vs_two": silent, "comparisons": tables["comparisons"].iloc[:1]}
    text = Text(summary_page(facts_of(one))).text
    assert "1 vs. 2 has no result for One <i>: no image was misclassified." in text
    assert "pairs of networks" not in text


ALWAYS = {"matching", "images", "software", "scores", "best", "alignment", "quality", "clusters"}


@pytest.mark.parametrize("name", sorted(SUMMARY_TABLES.keys() - ALWAYS - {"reliability"}))
@pytest.mark.parametrize("blank", ["no rows", "no numbers"])
def test_a_table_that_says_nothing_leaves_a_page(tables, name, blank):
    rows = tables[name]
    if blank == "no rows":
        rows = rows.iloc[:0]
    else:
        values = ("accuracy", "partial", "corrected", "spearman", "p_value", "p_holm")
        rows = rows.assign(**{value: np.nan for value in values if value in rows})
    text = Text(summary_page(facts_of({**tables, name: rows}))).text
    assert "Settings and software" in text
    assert "nan" not in text


@pytest.mark.parametrize("figure", sorted(QUOTED))
def test_a_figure_without_data_has_no_numbers(figure):
    assert caption_numbers(figure, completed(pd.DataFrame(), FIGURE_DATA[figure]), TITLES) == ""


def test_noise_ceilings_are_those_of_the_best_layers(tables):
    rows = layer_rows(reliability=0.8)
    rows["rsa_ceiling_low"] = np.arange(8) / 10
    rows["rsa_ceiling_high"] = rows["rsa_ceiling_low"] + 0.05
    reliability = completed(rows, known.RELIABILITY)
    text = Text(summary_page(facts_of({**tables, "reliability": reliability}))).text
    for row in tables["best"].itertuples():
        here = (rows["network"] == row.network) & (rows["layer"] == row.layer)
        low = rows.loc[here, "rsa_ceiling_low"].item()
        assert f"noise ceiling of Spearman's coefficient {low:.3f} to {low + 0.05:.3f}." in text


def test_captions_quote_the_data_that_is_drawn(tables):
    scores = tables["scores"]
    drawn = completed(scores, FIGURE_DATA["two_vs_two_by_layer"])
    text = html.unescape(caption_numbers("two_vs_two_by_layer", drawn, TITLES))
    for network in NETWORKS:
        layers = scores[(scores["network"] == network) & (scores["layer_index"] > 0)]
        best = layers.loc[layers["accuracy"].idxmax()]
        quoted = f"{best['accuracy']:.3f} (95 % interval {best['accuracy_low']:.3f} to "
        assert quoted in text
    controls = completed(tables["controls"], FIGURE_DATA["semantics_beyond_pixels"])
    text = html.unescape(caption_numbers("semantics_beyond_pixels", controls, TITLES))
    for network in NETWORKS:
        rows = controls[controls["network"] == network].set_index(["given", "layer"])["partial"]
        layer = rows["nothing"].idxmax()
        values = [f"{rows[given, layer]:.3f}".replace("-", "−") for given in ("nothing", "pixels")]
        assert f"with {values[0]}; {values[1]} given the pixels" in text


@pytest.mark.parametrize("figure", sorted(QUOTED))
def test_every_number_of_a_caption_stands_in_its_table(figure):
    """All numbers with three decimals are rounded values of the data; titles have none."""
    random = np.random.default_rng(11)
    rows = layer_rows(depth=[0, 0.3, 0.6, 1.0] * 2, k=[2, 3, 5, 6] * 2, layer_set="top")
    rows = rows.assign(
        **{"scope": "layer", "name": rows["layer"], "coefficient": "spearman", "measure": "path"},
        **{"given": "nothing", "space": "images", "against": "images", "concept": rows["layer"]},
        part=["carries", "breaks"] * 4,
        image=rows["layer"],
    )
    if figure == "measures_by_layer":
        rows["measure"] = "cka"
    table = FIGURE_DATA[figure]
    numbers = [name for name in table.names if table.column(name).kind == "number"]
    rows = rows.assign(**{name: random.random(8) for name in numbers if name not in rows})
    data = completed(rows, table)
    text = html.unescape(caption_numbers(figure, data, TITLES))
    quoted = set(re.findall(r"\d\.\d{3}", text))
    assert quoted
    assert quoted <= {f"{value:.3f}" for name in numbers for value in data[name]}
    assert any(title in text for title in NETWORKS.values())
    assert "nan" not in text


def stored(page):
    return json.loads(re.search(r'type="application/json">(.*?)</script>', page, re.S)[1])


def test_the_page_of_a_table_has_all_cells_as_its_file_has_them(tmp_path, tables):
    best = tables["best"].assign(layer=["</script><b>", 'a "b" \\ c'])
    best.loc[0, "accuracy_low"] = np.nan
    path = tmp_path / "best.tsv"
    write_table(best, path, known.BEST_LAYERS)
    page = table_page(read_table(path, known.BEST_LAYERS), known.BEST_LAYERS, "Best layers")
    data = stored(page)
    header, *rows = [line.split("\t") for line in path.read_text().rstrip("\n").split("\n")]
    assert [column["name"] for column in data["columns"]] == header
    written = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
    assert data["rows"] == written.to_numpy().tolist()
    assert page.count("</script>") == 2
    assert len(rows) == 2


def test_truths_are_written_as_in_the_file(tmp_path):
    matching = completed(
        pd.DataFrame({"class": ["x", "y"], "kept": [True, False]}), known.CONCEPT_MATCHING
    )
    data = stored(table_page(matching, known.CONCEPT_MATCHING, "Classes"))
    place = [column["name"] for column in data["columns"]].index("kept")
    assert [row[place] for row in data["rows"]] == ["True", "False"]
    assert not data["columns"][place]["number"]


def test_every_shown_table_lies_where_its_declaration_says():
    for name, table in SHOWN_TABLES.items():
        stem = Path(table.path).stem
        assert stem == ("cluster_labels" if name == "cluster_label_table" else name)


def test_numbers_in_words():
    assert [score(value) for value in (0.12345, -0.5, np.nan)] == ["0.123", "−0.500", "–"]
    assert [p_value(value) for value in (0.000999, 0.00001, 1.0)] == ["0.001", "1e-05", "1.000"]
    assert interval(0.1, np.nan) == "–"
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
