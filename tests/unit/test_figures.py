import functools
import itertools
from dataclasses import replace
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.colors import same_color
from matplotlib.text import Text
from PIL import Image
from scipy.cluster.hierarchy import fcluster, leaves_list
from scipy.optimize import minimize
from whole_tables import completed

from semantrace.alignment.best_layers import best_layers, best_of_all
from semantrace.alignment.ranked_concepts import rank_concepts
from semantrace.core.errors import InputError
from semantrace.core.names import MEASURE_TITLES
from semantrace.core.tables import TWO_VS_TWO
from semantrace.embedding.cluster_names import label_clusters, synset_extensions
from semantrace.embedding.concept_tree import common_tree, name_groups
from semantrace.embedding.concept_tree_files import (
    ConceptTree,
    TreeGroup,
    read_concept_tree,
    write_concept_tree,
)
from semantrace.figures.alignment import concepts_by_pass_rate as concepts
from semantrace.figures.alignment import correlation_matrices as matrices
from semantrace.figures.alignment.class_vectors_by_layer import class_vectors_by_layer
from semantrace.figures.alignment.matched_and_mismatched_by_layer import (
    matched_and_mismatched_by_layer,
)
from semantrace.figures.alignment.measures_by_layer import measures_by_layer
from semantrace.figures.alignment.semantics_beyond_pixels import semantics_beyond_pixels
from semantrace.figures.alignment.two_vs_two_by_layer import two_vs_two_by_layer
from semantrace.figures.base import annotations, style
from semantrace.images import thumbnails
from semantrace.io.files import write_tsv
from semantrace.io.tables import read_scores, write_table

SHORT = [f"fire{number}" for number in range(1, 10)] + ["global_average"]
LONG = [f"conv{number // 10 + 2}_block{number % 10}_out" for number in range(50)]
ONE_NETWORK = {"squeezenet": ("SqueezeNet 1.1 (ImageNet classes)", SHORT)}
THREE_NETWORKS = {
    "squeezenet": ("SqueezeNet 1.1 (ImageNet classes)", SHORT),
    "vgg": ("VGG 16", SHORT[:-1]),
    "resnet": ("ResNet 50", LONG),
}
ONE_MODEL = {"glove": "GloVe 6B, 50 dimensions"}
FOUR_MODELS = {
    "skipgram": "SkipGram, Google News, 300 dimensions",
    "glove": "GloVe, 300 dimensions",
    "crosslingual": "Cross-lingual German–English, 512 dimensions",
    "rnn": "RNN, broadcast news, 640 dimensions",
}
STUDIES = [(ONE_NETWORK, ONE_MODEL), (THREE_NETWORKS, FOUR_MODELS)]


def titles_of(networks):
    return {name: title for name, (title, _) in networks.items()}


def made_up_scores(networks, models, seed=0):
    random = np.random.default_rng(seed)
    rows = []
    for model in models:
        for network, (_, names) in networks.items():
            for index, layer in enumerate(["pixels", *names]):
                accuracy = 0.45 + 0.5 * (index + random.random()) / (len(names) + 1)
                p = float(random.choice([0.001, 0.04, 0.3]))
                family_wise = np.nan if index == 0 else min(1, 1.5 * p)
                row = {
                    "word_model": model,
                    "network": network,
                    "layer": layer,
                    "layer_index": index,
                    "concepts": 40,
                    "accuracy": accuracy,
                    "accuracy_low": accuracy - 0.05,
                    "accuracy_high": min(0.999, accuracy + 0.04),
                    "matched_correlation": 0.2 + 0.3 * accuracy,
                    "mismatched_correlation": 0.2 + 0.2 * random.random() * accuracy,
                    "p_value": p,
                    "p_family_wise": family_wise,
                }
                rows.append(row)
    return pd.DataFrame(rows)


def made_up_alignment(scores, seed=0):
    """The layers of some scores by every measure."""
    random = np.random.default_rng(seed)
    parts = []
    for measure in MEASURE_TITLES:
        raw = random.normal(0.1, 0.1, len(scores))
        parts.append(scores.assign(measure=measure, group="mean", raw=raw, corrected=0.9 * raw))
    return pd.concat(parts, ignore_index=True)


def made_up_controls(scores, seed=0):
    """What is left of the layers of some scores given each control."""
    random = np.random.default_rng(seed)
    layers = scores[scores["layer_index"] > 0]
    parts = []
    for given in ("nothing", "pixels", "layer_before"):
        partial = random.normal(0.1, 0.1, len(layers))
        parts.append(layers.assign(given=given, partial=partial, unique_variance=partial**2))
    return pd.concat(parts, ignore_index=True)


def made_up_class_vectors(scores, seed=0):
    """The layers of some scores, and a set of layers of each network in place of the pixels."""
    classes = made_up_alignment(scores, seed)
    return classes.assign(layer=classes["layer"].replace("pixels", "all"))


def made_up_ceilings(scores):
    """The noise ceilings of the layers of some scores, and of the pixels."""
    low = scores["accuracy"] / 4
    return scores.assign(rsa_ceiling_low=low, rsa_ceiling_high=low + 0.1)


@functools.wraps(semantics_beyond_pixels)
def beyond_pixels(scores, networks, models):
    first = scores[scores["word_model"] == next(iter(models))]
    return semantics_beyond_pixels(made_up_controls(first), networks, made_up_ceilings(first))


LAYER_FIGURES = [two_vs_two_by_layer, matched_and_mismatched_by_layer, beyond_pixels]


@pytest.fixture(scope="module")
def wordnet(wordnet):
    """WordNet and four birds, four mammals, four vehicles and four tools in it."""
    names = ["robin.n.01", "sparrow.n.01", "owl.n.01", "parrot.n.01"]
    names += ["dog.n.01", "horse.n.01", "lion.n.01", "rabbit.n.01"]
    names += ["car.n.01", "truck.n.01", "bicycle.n.01", "boat.n.01"]
    names += ["hammer.n.02", "shovel.n.01", "screwdriver.n.01", "saw.n.02"]
    return wordnet, [wordnet.wnid(name) for name in names]


@pytest.fixture(scope="module")
def classes(wordnet):
    net, wnids = wordnet
    return pd.DataFrame({"wnid": wnids, "concept": [net.label(wnid) for wnid in wnids]})


@pytest.fixture(scope="module")
def images(classes, tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    random = np.random.default_rng(5)
    paths = {}
    for number, concept in enumerate(classes["concept"]):
        paths[concept] = folder / f"{number}.png"
        size = tuple(int(side) for side in random.integers(20, 60, 2))
        colour = tuple(int(part) for part in random.integers(0, 255, 3))
        Image.new("RGB", size, colour).save(paths[concept])
    return paths


def two_matrices(k, seed=0):
    random = np.random.default_rng(seed)
    return tuple(np.corrcoef(random.normal(size=(k, 6))) for _ in range(2))


def tree_of(words, images, concepts, wnids=(), wordnet=None):
    """The correlations of concepts and their tree, whose branches WordNet names, if it is given."""
    tree = common_tree(words, images)
    groups = name_groups(tree, wnids, wordnet) if wordnet is not None else ()
    names = ("glove", "squeezenet", "fire9")
    return ConceptTree(*names, tuple(concepts), words, images, tree, tuple(groups))


def ranked_of(classes, seed=0):
    """Made-up pass rates at one layer, ranked."""
    rates = np.random.default_rng(seed).random(len(classes))
    names = {"word_model": "glove", "network": "squeezenet", "layer": "fire9"}
    return rank_concepts(classes.assign(**names, pass_rate=rates))


def every_figure(classes, images, wordnet, networks=THREE_NETWORKS, models=ONE_MODEL):
    titles = titles_of(networks)
    scores = made_up_scores(networks, models)
    tree = tree_of(
        *two_matrices(len(classes)), classes["concept"], list(classes["wnid"]), wordnet[0]
    )
    drawn = {draw.__name__: draw(scores, titles, models) for draw in LAYER_FIGURES}
    measured = made_up_alignment(scores)
    return drawn | {
        "measures_by_layer": measures_by_layer(measured, titles, MEASURE_TITLES),
        "class_vectors_by_layer": class_vectors_by_layer(
            measured, made_up_class_vectors(scores), titles
        ),
        "concepts_by_pass_rate": concepts.concepts_by_pass_rate(
            ranked_of(classes), images, titles, {}, models
        ),
        "correlation_matrices": matrices.correlation_matrices(
            tree, ("GloVe", "SqueezeNet 1.1, fire9")
        ),
    }


def assert_fits(figure, smallest=style.SMALL):
    """Check that everything lies on the canvas, in legible type, and no text covers another."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    boxes = [axis.get_tightbbox(renderer) for axis in figure.axes]
    boxes += [item.get_window_extent(renderer) for item in (*figure.legends, *figure.texts)]
    for box in filter(None, boxes):
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= figure.bbox.x1 + 1
        assert box.y1 <= figure.bbox.y1 + 1
    texts = [text for axis in figure.axes for text in visible_texts(axis)]
    assert min(text.get_fontsize() for text in texts) >= smallest - 1e-9
    extents = [text.get_window_extent(renderer).shrunk(0.96, 0.8).extents for text in texts]
    left, bottom, right, top = np.array(extents).T
    over = (left[:, None] < right) & (left < right[:, None])
    over &= (bottom[:, None] < top) & (bottom < top[:, None])
    pairs = np.argwhere(np.triu(over, 1))
    assert not len(pairs), [texts[index].get_text() for index in pairs[0]]


def visible_texts(axis):
    """Texts that are drawn: a tick's label only where the tick is within the axis' limits."""
    texts = [text for text in axis.texts if text.get_text()]
    texts += [text for text in (axis.title, axis._left_title) if text.get_text()]
    if axis.axison:
        for side in (axis.xaxis, axis.yaxis):
            ticks = side._update_ticks()
            texts += [tick.label1 for tick in ticks if tick.label1.get_visible()]
            texts.append(side.label)
    return [text for text in texts if text.get_text() and text.get_visible()]


# Data beside the figure


@pytest.mark.parametrize(("networks", "models"), STUDIES)
def test_two_vs_two_writes_the_scores_it_draws_in_study_order(networks, models):
    scores = made_up_scores(networks, models)
    shuffled = scores.sample(frac=1, random_state=1)
    shuffled = pd.concat([shuffled[shuffled["word_model"] == model] for model in models])
    _, data = two_vs_two_by_layer(shuffled, titles_of(networks), models)
    columns = ["word_model", "network", "layer", "accuracy", "accuracy_low", "accuracy_high"]
    pd.testing.assert_frame_equal(data[columns], scores[columns])
    for given, written in zip(scores.itertuples(), data.itertuples(), strict=True):
        p = given.p_value if given.layer == "pixels" else given.p_family_wise
        assert written.significant == (p < 0.05)


def test_matched_and_mismatched_writes_the_scores_it_draws():
    scores = made_up_scores(THREE_NETWORKS, FOUR_MODELS)
    _, data = matched_and_mismatched_by_layer(scores, titles_of(THREE_NETWORKS), FOUR_MODELS)
    pd.testing.assert_frame_equal(data, scores[list(data.columns)])


def test_each_measure_has_a_panel_on_one_scale():
    scores = made_up_alignment(made_up_scores(THREE_NETWORKS, ONE_MODEL))
    figure, data = measures_by_layer(scores, titles_of(THREE_NETWORKS), MEASURE_TITLES)
    assert [axis.get_title("left").replace("\n", " ") for axis in figure.axes] == [
        *MEASURE_TITLES.values()
    ]
    assert len({axis.get_ylim() for axis in figure.axes}) == 1
    assert len(data) == len(scores)
    for axis, measure in zip(figure.axes, MEASURE_TITLES, strict=True):
        lines = [line for line in axis.lines if line.get_marker() == "None"]
        rows = data[data["measure"] == measure]
        drawn = [tuple(line.get_ydata()) for line in lines if len(line.get_ydata()) > 2]
        assert drawn == [
            tuple(part["corrected"]) for _, part in rows.groupby("network", sort=False)
        ]


def test_what_is_left_given_each_control_is_drawn():
    table = made_up_controls(made_up_scores(THREE_NETWORKS, ONE_MODEL))
    figure, data = semantics_beyond_pixels(table, titles_of(THREE_NETWORKS))
    assert len(figure.axes) == 3
    for axis, network in zip(figure.axes, THREE_NETWORKS, strict=True):
        drawn = [list(line.get_ydata()) for line in axis.lines]
        for _, rows in data[data["network"] == network].groupby("given"):
            assert rows["partial"].tolist() in drawn


@pytest.mark.parametrize("layers", [1, 4])
def test_noise_ceilings_are_a_band_behind_the_layers(layers):
    networks = {"tiny": ("Tiny", SHORT[:layers])}
    scores = made_up_scores(networks, ONE_MODEL)
    figure, _ = beyond_pixels(scores, titles_of(networks), ONE_MODEL)
    ceilings = made_up_ceilings(scores)
    ceilings = ceilings[ceilings["layer_index"] > 0]
    band = figure.axes[0].collections[0]
    drawn = {tuple(point) for path in band.get_paths() for point in path.vertices}
    for end in ("rsa_ceiling_low", "rsa_ceiling_high"):
        assert {*zip(ceilings["layer_index"], ceilings[end], strict=True)} <= drawn


def test_layer_sets_stand_at_the_right_of_the_layers_of_class_vectors():
    networks = {name: THREE_NETWORKS[name] for name in ("squeezenet", "vgg")}
    images = made_up_alignment(made_up_scores(THREE_NETWORKS, ONE_MODEL))
    classes = made_up_class_vectors(made_up_scores(networks, ONE_MODEL, seed=4))
    figure, data = class_vectors_by_layer(images, classes, titles_of(THREE_NETWORKS))
    assert len(figure.axes) == 2
    for axis, network in zip(figure.axes, networks, strict=True):
        labels = [label.get_text() for label in axis.get_xticklabels()]
        assert labels[0] == "pixels"
        assert labels[-1] == "all"
        assert axis.get_xticks()[-1] < axis.get_xlim()[1]
        rows = data[(data["network"] == network) & (data["space"] == "class_vectors")]
        (value,) = rows.loc[rows["layer_index"] == 0, "raw"]
        assert axis.lines[-1].get_ydata() == [value]
    assert set(data["network"]) == set(networks)


def test_marks_are_filled_where_significant_and_hollow_elsewhere():
    scores = made_up_scores(ONE_NETWORK, ONE_MODEL, seed=3)
    figure, data = two_vs_two_by_layer(scores, titles_of(ONE_NETWORK), ONE_MODEL)
    colour = style.series(0).colour
    drawn = {True: set(), False: set()}
    for line in figure.axes[0].lines:
        if line.get_marker() == style.series(0).marker:
            filled = same_color(line.get_markerfacecolor(), colour)
            drawn[filled] |= set(line.get_ydata())
    for filled in (True, False):
        assert drawn[filled] == set(data.loc[data["significant"] == filled, "accuracy"])
    assert all(drawn.values())


def test_correlation_matrices_write_every_pair_once_with_its_values():
    words, images = two_matrices(9)
    names = [f"concept {number}" for number in range(9)]
    _, data = matrices.correlation_matrices(tree_of(words, images, names), ("words", "images"))
    assert len(data) == 36
    for row in data.itertuples():
        one, two = names.index(row.row_concept), names.index(row.column_concept)
        assert row.word_correlation == words[one, two]
        assert row.image_correlation == images[one, two]
    assert (
        len({frozenset((row.row_concept, row.column_concept)) for row in data.itertuples()}) == 36
    )


def test_figures_draw_all_their_words(classes, images, wordnet):
    drawn = every_figure(classes, images, wordnet, ONE_NETWORK)
    figure, data = drawn["concepts_by_pass_rate"]
    words = " ".join(text.get_text() for text in figure.findobj(Text))
    assert all(concept in words for concept in data.loc[data["part"] != "", "concept"])
    figure, data = drawn["correlation_matrices"]
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert all(texts.count(concept) == 3 for concept in classes["concept"])


# Files


def test_equal_figures_give_equal_bytes_and_no_trace_of_the_time(
    classes, images, wordnet, tmp_path
):
    written = []
    for run in ("first", "second"):
        contents = {}
        for name, (figure, data) in every_figure(classes, images, wordnet, ONE_NETWORK).items():
            outputs = SimpleNamespace(
                **{kind: tmp_path / run / f"{name}.{kind}" for kind in ("pdf", "png", "tsv")}
            )
            style.save_figure(figure, data, outputs)
            contents |= {path.name: path.read_bytes() for path in vars(outputs).values()}
        written.append(contents)
    assert written[0].keys() == written[1].keys()
    for name, content in written[0].items():
        assert content == written[1][name], name
        assert b"CreationDate" not in content
    assert len(written[0]) == 21


def test_the_png_has_200_dots_an_inch_and_the_table_reads_back(tmp_path):
    scores = made_up_scores(ONE_NETWORK, ONE_MODEL)
    figure, data = two_vs_two_by_layer(scores, titles_of(ONE_NETWORK), ONE_MODEL)
    outputs = SimpleNamespace(
        **{kind: tmp_path / "deep" / f"figure.{kind}" for kind in ("pdf", "png", "tsv")}
    )
    style.save_figure(figure, data, outputs)
    with Image.open(outputs.png) as image:
        assert np.allclose(np.array(image.size) / figure.get_size_inches(), 200, atol=0.5)
    read = pd.read_csv(outputs.tsv, sep="\t")
    assert list(read.columns) == list(data.columns)
    np.testing.assert_allclose(read["accuracy"], data["accuracy"], rtol=1e-9)
    assert b"/FontFile2" in outputs.pdf.read_bytes()


def test_labels_have_the_room_that_matplotlib_makes_for_them_in_the_png(tmp_path):
    made_up = made_up_scores(THREE_NETWORKS, FOUR_MODELS)
    titles = titles_of(THREE_NETWORKS)
    figures = [two_vs_two_by_layer(made_up, titles, FOUR_MODELS) for _ in range(2)]
    files = SimpleNamespace(**{kind: tmp_path / f"figure.{kind}" for kind in ("pdf", "png", "tsv")})
    style.save_figure(*figures[0], files)
    with style.theme():
        style.choose_fonts(figures[1][0])
        figures[1][0].savefig(tmp_path / "twin.png", dpi=200, metadata={"Software": None})
    assert files.png.read_bytes() == (tmp_path / "twin.png").read_bytes()


def test_drawing_leaves_no_figure_and_no_setting_behind(classes, images, wordnet, tmp_path):
    with matplotlib.rc_context({"font.size": 31, "axes.facecolor": "red", "lines.linewidth": 9}):
        before = dict(matplotlib.rcParams)
        figure, _ = two_vs_two_by_layer(
            made_up_scores(ONE_NETWORK, ONE_MODEL), titles_of(ONE_NETWORK), ONE_MODEL
        )
        assert dict(matplotlib.rcParams) == before
    assert not pyplot.get_fignums()
    assert same_color(figure.axes[0].get_facecolor(), "white")
    assert figure.axes[0].xaxis.get_ticklabels()[0].get_fontsize() < 8


# Layout


@pytest.mark.parametrize(("networks", "models"), STUDIES)
@pytest.mark.parametrize("draw", LAYER_FIGURES)
def test_layer_figures_fit_the_page(draw, networks, models):
    figure, _ = draw(made_up_scores(networks, models), titles_of(networks), models)
    assert_fits(figure)
    panels = len(networks) * (len(models) if "matched" in draw.__name__ else 1)
    assert len(figure.axes) == panels
    assert all(axis.lines for axis in figure.axes)


@pytest.mark.parametrize("networks", [ONE_NETWORK, THREE_NETWORKS])
def test_other_figures_fit_the_page(classes, images, wordnet, networks):
    for name, (figure, _) in every_figure(classes, images, wordnet, networks).items():
        assert_fits(figure, 4 if name == "correlation_matrices" else style.SMALL)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_few_concepts_still_make_a_figure(classes, images, k):
    few = classes.head(k)
    figure, data = concepts.concepts_by_pass_rate(
        ranked_of(few), images, titles_of(ONE_NETWORK), {}, ONE_MODEL
    )
    assert_fits(figure)
    assert (data["part"] == "carries").sum() == (data["part"] == "breaks").sum() == k // 2
    k = max(k, 3)
    tree = tree_of(*two_matrices(k), classes["concept"].head(k))
    figure, _ = matrices.correlation_matrices(tree, ("a", "b"))
    assert_fits(figure, 4)


def test_long_names_of_concepts_are_kept_on_the_page(classes, images):
    names = {name: f"self-contained thermometer {name}" for name in classes["concept"]}
    long = classes.assign(concept=classes["concept"].map(names))
    images = {names[name]: path for name, path in images.items()}
    figure, _ = concepts.concepts_by_pass_rate(
        ranked_of(long), images, titles_of(ONE_NETWORK), {}, ONE_MODEL
    )
    assert_fits(figure)


def test_names_of_layers_are_thinned_only_where_they_would_touch():
    scores = made_up_scores(THREE_NETWORKS, FOUR_MODELS)
    figure, _ = two_vs_two_by_layer(scores, titles_of(THREE_NETWORKS), FOUR_MODELS)
    assert [len(axis.get_xticks()) for axis in figure.axes[:2]] == [11, 10]
    figure, _ = matched_and_mismatched_by_layer(scores, titles_of(THREE_NETWORKS), FOUR_MODELS)
    crowded = figure.axes[-1]
    assert 10 < len(crowded.get_xticks()) < 26
    assert len(crowded.get_xticks()) + len(crowded.get_xticks(minor=True)) == 51
    assert [label.get_text() for label in crowded.get_xticklabels()][:2] == ["pixels", LONG[0]]


def test_wrapped_lines_fit_and_keep_every_letter():
    figure = style.new_figure(1, 1, layout=None)
    text = "musical instrument or self-propelled instrumentality"
    for width in (0.3, 0.5, 0.8, 3.0):
        lines = style.wrap(figure, text, width, 7)
        assert all(style.text_width(figure, line, 7) <= width for line in lines)
        letters = "".join(lines).replace("-", "").replace(" ", "")
        assert letters == text.replace(" ", "").replace("-", "")


@pytest.mark.parametrize("seed", range(5))
def test_spread_moves_labels_as_little_as_possible(seed):
    random = np.random.default_rng(seed)
    wanted = random.random(6)
    moved = annotations.spread(wanted, 0.12, -5, 5)
    order = np.argsort(wanted)
    assert (np.diff(moved[order]) >= 0.12 - 1e-9).all()
    nearest = minimize(
        lambda places: ((places - wanted[order]) ** 2).sum(),
        np.arange(6) * 0.2,
        constraints=[{"type": "ineq", "fun": lambda places: np.diff(places) - 0.12}],
        method="SLSQP",
        options={"ftol": 1e-12},
    )
    np.testing.assert_allclose(moved[order], nearest.x, atol=1e-4)


def test_spread_stays_in_its_range():
    moved = annotations.spread([0.9, 1.0, 1.0, 0.95], 0.2, 0, 1)
    assert moved.min() >= 0
    assert moved.max() <= 1
    assert np.diff(np.sort(moved)).min() == pytest.approx(0.2)
    squeezed = annotations.spread([0.5] * 11, 0.2, 0, 1)
    assert np.diff(np.sort(squeezed)) == pytest.approx(np.full(10, 0.1))


def test_no_two_lines_look_the_same_and_colour_is_never_all():
    looks = [style.series(index) for index in range(49)]
    assert len({(look.colour, look.marker) for look in looks}) == 49
    assert len({look.marker for look in looks[:7]}) == len({look.colour for look in looks[:7]}) == 7


# Concepts


def test_the_best_and_the_worst_concepts_are_chosen_and_ties_go_by_wnid():
    table = pd.DataFrame(
        {
            "concept": list("abcdefg"),
            "wnid": [f"n{number:08d}" for number in (7, 6, 5, 4, 3, 2, 1)],
            "pass_rate": [0.5, 0.9, 0.9, 0.1, 0.5, 1.0, 0.2],
        }
    )
    table = table.assign(word_model="glove", network="vgg", layer="fc1")
    ranked = rank_concepts(table, shown=2)
    assert list(ranked["concept"]) == ["f", "c", "b", "e", "a", "g", "d"]
    assert list(ranked["part"]) == ["carries", "carries", "", "", "", "breaks", "breaks"]
    assert list(ranked["rank"]) == list(range(1, 8))


def test_the_concepts_of_a_layer_are_drawn_under_its_title(classes, images):
    ranked = ranked_of(classes)
    titles = {"squeezenet": {"fire9": "the ninth module"}}
    figure, data = concepts.concepts_by_pass_rate(
        ranked, images, titles_of(ONE_NETWORK), titles, ONE_MODEL
    )
    pd.testing.assert_frame_equal(data, ranked)
    headline = figure.axes[0].texts[0].get_text()
    assert headline == (
        "SqueezeNet 1.1 (ImageNet classes), the ninth module, against GloVe 6B, 50 dimensions"
    )


# Tables


def test_best_layers_leave_out_the_pixels_and_take_the_earlier_of_equals():
    scores = made_up_scores(THREE_NETWORKS, FOUR_MODELS)
    scores.loc[scores["layer"] == "pixels", "accuracy"] = 0.999
    vgg = scores["network"] == "vgg"
    scores.loc[vgg & scores["layer"].isin(["fire4", "fire8"]), "accuracy"] = 0.99
    best = best_layers(scores)
    assert len(best) == 12
    assert list(best["network"].head(3)) == list(THREE_NETWORKS)
    assert set(best.loc[best["network"] == "vgg", "layer"]) == {"fire4"}
    for row in best.itertuples():
        here = (scores["word_model"] == row.word_model) & (scores["network"] == row.network)
        others = scores[here & (scores["layer"] != "pixels")]
        assert row.accuracy == others["accuracy"].max()
        assert row.pixel_accuracy == 0.999
    chosen = best_of_all(scores)
    assert [*chosen[["word_model", "network", "layer"]]] == ["skipgram", "vgg", "fire4"]


def test_scores_are_read_with_empty_cells_as_missing_numbers(tmp_path):
    scores = made_up_scores(ONE_NETWORK, ONE_MODEL)
    scores = completed(scores, TWO_VS_TWO)
    write_table(scores, tmp_path / "glove.tsv", TWO_VS_TWO)
    read = read_scores([tmp_path / "glove.tsv"], TWO_VS_TWO)
    assert read["p_family_wise"].dtype == float
    assert np.isnan(read["p_family_wise"].iloc[0])
    np.testing.assert_allclose(read["accuracy"], scores["accuracy"], rtol=1e-9)
    write_tsv(scores.drop(columns="accuracy"), tmp_path / "glove.tsv")
    with pytest.raises(InputError, match=r"glove.tsv: column 'accuracy' is missing"):
        read_scores([tmp_path / "glove.tsv"], TWO_VS_TWO)


# The tree


def test_the_tree_brings_what_is_alike_together():
    random = np.random.default_rng(2)
    groups = np.repeat([0, 1, 2], 5)[random.permutation(15)]
    centres = random.normal(size=(3, 40))
    words, images = (
        np.corrcoef(centres[groups] + 0.3 * random.normal(size=(15, 40))) for _ in range(2)
    )
    tree = common_tree(words, 0.01 * images + 0.9)
    found = fcluster(tree, 3, "maxclust")
    assert len(set(zip(groups, found, strict=True))) == 3
    ordered = groups[leaves_list(tree)]
    assert (np.diff(ordered) != 0).sum() == 2
    # Scaled to ranks, the weak spread of the images weighs as much as that of the words.
    np.testing.assert_allclose(tree, common_tree(words, images))


def branches_of(tree, k):
    members = [frozenset([leaf]) for leaf in range(k)]
    for left, right in tree[:, :2].astype(int):
        members.append(members[left] | members[right])
    return members[k:]


@pytest.mark.parametrize("seed", range(4))
def test_groups_are_the_best_of_all_choices_of_branches(wordnet, seed):
    net, wnids = wordnet
    k = len(wnids)
    random = np.random.default_rng(seed)
    blocks = np.kron(np.eye(4), np.ones((4, 4))) + 0.4 * np.kron(np.eye(2), np.ones((8, 8)))
    noise = random.normal(size=(2, k, k))
    words, images = (blocks + 0.4 * (part + part.T) for part in noise)
    tree = common_tree(words, images)
    groups = name_groups(tree, wnids, net)

    branches = [part for part in branches_of(tree, k) if 4 <= len(part) <= k // 4]
    members = np.array([[leaf in part for part in branches] for leaf in range(k)], dtype=float)
    f1 = label_clusters(synset_extensions(net, wnids), members).f1
    worth = {
        part: len(part) * value for part, value in zip(branches, f1, strict=True) if value >= 0.5
    }
    best = 0.0
    for count in range(len(worth) + 1):
        for choice in itertools.combinations(worth, count):
            if sum(map(len, choice)) == len(frozenset().union(*choice)):
                best = max(best, sum(worth[part] for part in choice))
    order = leaves_list(tree)
    chosen = [frozenset(order[group.start : group.end]) for group in groups]
    assert sum(worth[part] for part in chosen) == pytest.approx(best)
    assert best > 0
    assert all(one.end <= two.start for one, two in itertools.pairwise(groups))


def test_a_tree_is_read_as_it_was_written(classes, wordnet, tmp_path):
    tree = tree_of(
        *two_matrices(len(classes)), classes["concept"], list(classes["wnid"]), wordnet[0]
    )
    tree = replace(tree, groups=(TreeGroup(0, 4, "bird", 0.75), TreeGroup(7, 16, "artifact", 0.5)))
    write_concept_tree(tmp_path / "glove.h5", tree, {"code": "abc"})
    read = read_concept_tree(tmp_path / "glove.h5")
    for name in ("words", "images", "tree"):
        np.testing.assert_array_equal(getattr(read, name), getattr(tree, name))
    nothing = dict.fromkeys(("words", "images", "tree"))
    assert replace(read, **nothing) == replace(tree, **nothing)
    without = replace(tree, groups=())
    write_concept_tree(tmp_path / "none.h5", without, {})
    assert read_concept_tree(tmp_path / "none.h5").groups == ()


# Thumbnails


def test_a_thumbnail_is_whole_on_a_white_square(tmp_path):
    Image.new("RGBA", (300, 100), (200, 0, 0, 255)).save(tmp_path / "wide.png")
    thumbnail = thumbnails.load_thumbnail(tmp_path / "wide.png", 60)
    assert thumbnail.shape == (60, 60, 3)
    assert (thumbnail[:20] == 255).all()
    assert (thumbnail[40:] == 255).all()
    assert (thumbnail[20:40] == (200, 0, 0)).all()
    with pytest.raises(InputError, match="none.png"):
        thumbnails.load_thumbnail(tmp_path / "none.png")


def test_the_image_of_a_class_is_of_the_first_group_or_its_first():
    images = pd.DataFrame(
        {
            "image": ["a_2", "a_1", "b_1", "b_0", "c_9"],
            "concept": ["a", "a", "b", "b", "c"],
            "wnid": ["n3", "n3", "n1", "n1", ""],
            "path": ["a2.png", "a1.png", "b1.png", "b0.png", "c.png"],
            "group": ["0", "1", "", "", "0"],
        }
    )
    found = thumbnails.image_paths(images, "folder")
    assert {concept: path.name for concept, path in found.items()} == {
        "a": "a2.png",
        "b": "b0.png",
        "c": "c.png",
    }
    assert found["a"].parent.name == "folder"
