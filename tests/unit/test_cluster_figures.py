"""Figures and tables of the clusters: what they draw, what they write, and that they fit."""

import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text
from PIL import Image
from test_figures import assert_fits
from whole_tables import completed

from semantrace.core.errors import InputError
from semantrace.core.tables import (
    ASSIGNMENTS,
    CLUSTER_LABELS,
    CLUSTER_NAMES,
    FLOWS,
    LABELS,
    ORDERED_CLUSTERS,
    QUALITY,
    TYPICAL_CLASSES,
)
from semantrace.embedding import cluster_order
from semantrace.embedding.cluster_flows import cluster_flows
from semantrace.embedding.cluster_order import ordered_labels, shown_numbers
from semantrace.embedding.cluster_summaries import (
    chosen_clusters,
    cluster_label_table,
    cluster_name_table,
    typical_classes,
)
from semantrace.figures.base import annotations, headings, style
from semantrace.figures.embedding.cluster_hierarchy import cluster_hierarchy
from semantrace.figures.embedding.cluster_labels import cluster_labels, share_width
from semantrace.figures.embedding.cluster_montage import cluster_montage
from semantrace.figures.embedding.cluster_quality import cluster_quality, cluster_quality_by_network
from semantrace.io.files import write_tsv
from semantrace.io.tables import arranged, of_first_layer_set, read_table, read_tables, write_table

LONG = (
    "A network whose title says where it came from, how it was trained, on which images of "
    "which classes, and who first described it"
)
ONE_NETWORK = {"squeezenet_1.1": "SqueezeNet 1.1 (ImageNet classes)"}
TWO_NETWORKS = {**ONE_NETWORK, "vgg_19": LONG}
SETS = ("low_3a_3b", "all", "middle", "high")
NAMES = [
    "instrumentality, instrumentation",
    "hydrometeorological phenomenon",
    "self-propelled vehicle",
    "living thing",
    "bird",
]


@pytest.fixture(scope="module")
def classes():
    wnids = [f"n{number:08d}" for number in range(1, 41)]
    return pd.DataFrame({"wnid": wnids, "concept": [f"concept {wnid}" for wnid in wnids]})


@pytest.fixture(scope="module")
def images(classes, tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    paths = {concept: folder / f"{concept}.png" for concept in classes["concept"]}
    for number, path in enumerate(paths.values()):
        Image.new("RGB", (20 + number, 60 - number), (4 * number, 90, 200)).save(path)
    return paths


def made_up_clusters(classes, sets=SETS, numbers=(2, 3, 8, 9), seed=0):
    random = np.random.default_rng(seed)
    assignments, labels, quality = [], [], []
    for layer_set, k in itertools.product(sets, numbers):
        cluster = np.concatenate([np.arange(k), random.integers(0, k, len(classes) - k)])
        cluster = random.permutation(cluster)
        sizes = np.bincount(cluster, minlength=k)
        cluster = np.argsort(np.argsort(-sizes, kind="stable"))[cluster]
        part = classes.assign(layer_set=layer_set, k=k, cluster=cluster)
        part["typicality"] = random.random(len(part)).round(2)
        assignments.append(part)
        for number in range(k):
            first = random.choice(NAMES)
            f1 = random.random()
            row = {"layer_set": layer_set, "k": k, "cluster": number}
            row |= {"size": int((cluster == number).sum())}
            row |= {"synset": f"{first}.n.01", "label": first, "f1": f1}
            row |= {"second_label": "matter", "second_f1": f1 * random.choice([0.5, 0.99])}
            labels.append(row)
        null = 0.3 * random.random()
        row = {"layer_set": layer_set, "k": k, "mean_f1": 0.3 + random.random() / 2}
        row |= {"null_mean_f1": null, "null_low": null - 0.05, "null_high": null + 0.05}
        quality.append(row | {"p_value": float(random.choice([0.001, 0.049, 0.05, 0.5]))})
    return pd.DataFrame(labels), pd.concat(assignments, ignore_index=True), pd.DataFrame(quality)


def of_networks(classes, networks, **settings):
    """Labels, assignments and quality of all networks."""
    made = [
        [
            table.assign(network=network)
            for table in made_up_clusters(classes, seed=seed, **settings)
        ]
        for seed, network in enumerate(networks, start=3)
    ]
    tables = [pd.concat(part, ignore_index=True) for part in zip(*made, strict=True)]
    return tuple(map(completed, tables, (LABELS, ASSIGNMENTS, QUALITY)))


def of(table, network):
    return table[table["network"] == network].reset_index(drop=True)


def sized(sizes_by_number, layer_set="all"):
    """Labels and assignments of clusters of these sizes, cut from the classes in their order."""
    labels, assignments = [], []
    for k, sizes in sizes_by_number.items():
        cluster = np.repeat(np.arange(k), sizes)
        concepts = [f"concept {number:08d}" for number in range(len(cluster))]
        part = pd.DataFrame(
            {"layer_set": layer_set, "k": k, "concept": concepts, "cluster": cluster}
        )
        assignments.append(part)
        for number, size in enumerate(sizes):
            row = {"layer_set": layer_set, "k": k, "cluster": number, "size": size}
            labels.append(row | {"label": NAMES[number % len(NAMES)]})
    return pd.DataFrame(labels), pd.concat(assignments, ignore_index=True)


def words_of(figure):
    return " ".join(text.get_text() for text in figure.findobj(Text))


# Quality


@pytest.mark.parametrize(
    ("networks", "large"),
    [(ONE_NETWORK, False), (TWO_NETWORKS, False), ({"vgg_19": LONG}, True)],
)
def test_cluster_quality_writes_what_it_draws_and_fits(classes, networks, large):
    _, _, quality = of_networks(classes, networks)
    figure, data = cluster_quality(quality, networks, large=large)
    assert_fits(figure)
    pd.testing.assert_frame_equal(data.drop(columns="significant"), quality)
    assert list(data["significant"]) == [p < 0.05 for p in quality["p_value"]]
    assert {axis.get_ylim() for axis in figure.axes} == {figure.axes[0].get_ylim()}


def test_marks_of_quality_are_filled_below_the_level_and_stand_over_their_null(classes):
    _, _, quality = of_networks(classes, ONE_NETWORK, numbers=range(2, 10))
    figure, data = cluster_quality(quality, ONE_NETWORK)
    for number, layer_set in enumerate(SETS):
        look = style.series(number)
        rows = data[data["layer_set"] == layer_set]
        lines = [line for line in figure.axes[0].lines if same_color(line.get_color(), look.colour)]
        marks = [line for line in lines if line.get_marker() == look.marker]
        drawn = {True: set(), False: set()}
        for line in marks:
            filled = same_color(line.get_markerfacecolor(), look.colour)
            drawn[filled] |= set(zip(line.get_xdata(), line.get_ydata(), strict=True))
        for filled in (True, False):
            here = rows[rows["significant"] == filled]
            assert drawn[filled] == set(zip(here["k"], here["mean_f1"], strict=True))
        dotted = [line for line in lines if line not in marks]
        assert any(list(line.get_ydata()) == list(rows["null_mean_f1"]) for line in dotted)


def test_networks_are_compared_in_the_first_layer_set_of_each(classes):
    _, _, quality = of_networks(classes, TWO_NETWORKS)
    quality = pd.concat([of(quality, "squeezenet_1.1"), of(quality, "vgg_19").iloc[::-1]])
    figure, data = cluster_quality_by_network(quality, TWO_NETWORKS)
    assert_fits(figure)
    assert len(figure.axes) == 1
    for network, layer_set in (("squeezenet_1.1", "low_3a_3b"), ("vgg_19", "high")):
        given = of(quality, network)
        rows = data[data["network"] == network]
        assert set(rows["layer_set"]) == {layer_set}
        assert list(rows["mean_f1"]) == list(given.loc[given["layer_set"] == layer_set, "mean_f1"])
        assert f"layer set “{layer_set}”" in words_of(figure)


@pytest.mark.parametrize("numbers", [(2, 3), (4,)])
def test_few_numbers_of_clusters_still_make_a_quality_figure(classes, numbers):
    _, _, quality = of_networks(classes, ONE_NETWORK, sets=("all",), numbers=numbers)
    figure, data = cluster_quality(quality, ONE_NETWORK)
    assert_fits(figure)
    assert list(data["k"]) == list(numbers)


# Order and labels


def test_clusters_are_ordered_by_where_their_members_were():
    rows = []
    partitions = {
        2: {"a": 0, "b": 0, "c": 0, "d": 1, "e": 1},
        3: {"a": 2, "b": 0, "c": 0, "d": 1, "e": 1},
        4: {"a": 3, "b": 2, "c": 1, "d": 0, "e": 0},
    }
    for k, partition in partitions.items():
        rows += [
            {"k": k, "concept": name, "cluster": cluster} for name, cluster in partition.items()
        ]
    order = cluster_order.order_clusters(pd.DataFrame(rows), [2, 3, 4])
    # With three, both halves of the first cluster are as far left: the number decides.
    assert order == {2: [0, 1], 3: [0, 2, 1], 4: [1, 2, 3, 0]}


def test_cluster_labels_write_the_boxes_from_left_to_right(classes):
    labels, assignments, _ = of_networks(classes, TWO_NETWORKS)
    figure, data = cluster_labels(ordered_labels(labels, assignments), TWO_NETWORKS)
    data = data.reset_index(drop=True)
    assert_fits(figure)
    assert set(data["k"]) == {2, 3, 8}
    assert set(data["layer_set"]) == {"low_3a_3b"}, "the set listed first is shown"
    given = labels.set_index(["network", "layer_set", "k", "cluster"])
    for row in data.itertuples():
        source = given.loc[(row.network, row.layer_set, row.k, row.cluster)]
        assert (row.label, row.f1, row.size) == (source["label"], source["f1"], source["size"])
        near = source["f1"] - source["second_f1"] <= 0.05
        assert row.runner_up == (source["second_label"] if near else "")
    boxes = figure.axes[0].patches
    assert len(boxes) == len(data)
    for _, part in data.groupby(["network", "k"]):
        drawn = [boxes[index].get_x() for index in part.index]
        assert drawn == sorted(drawn)
        right = boxes[part.index[-1]]
        assert right.get_x() + right.get_width() == pytest.approx(style.PAGE_WIDTH - 0.08)


def test_width_is_shared_by_size_but_never_below_the_need():
    widths = share_width(np.array([80, 10, 6, 4]), np.array([1, 1, 0.5, 1]), 10)
    assert widths.sum() == pytest.approx(10)
    assert list(widths[[1, 3]]) == [1, 1]
    assert widths[0] / widths[2] == pytest.approx(80 / 6)
    assert share_width(np.array([1, 3]), np.array([0, 0]), 8) == pytest.approx([2, 6])
    assert share_width(np.array([5, 5]), np.array([4, 8]), 6) == pytest.approx([2, 4])


def test_a_long_heading_is_broken_and_keeps_its_words():
    heading = headings.Heading.wrapped(LONG, 3.0)
    assert " ".join(heading.lines) == LONG
    assert len(heading.lines) > 2
    with style.theme():
        probe = style.new_figure(1, 1, layout=None)
        assert all(style.text_width(probe, line, 8, "bold") <= 3.0 for line in heading.lines)
    short = headings.Heading.wrapped("Short", 3.0)
    assert heading.height - short.height == pytest.approx(0.14 * (len(heading.lines) - 1))


# Montage


@pytest.mark.parametrize("networks", [ONE_NETWORK, TWO_NETWORKS])
def test_the_montage_shows_the_most_typical_classes_of_each_cluster(classes, images, networks):
    labels, assignments, _ = of_networks(classes, networks, sets=("top", "all"))
    figure, data = cluster_montage(typical_classes(labels, assignments), images, networks)
    assert_fits(figure)
    assert set(data["k"]) == {8}
    assert len(figure.axes[0].images) == len(data)
    for (network, cluster), part in data.groupby(["network", "cluster"]):
        all_of = of(assignments, network)
        here = all_of[
            (all_of["layer_set"] == "top") & (all_of["k"] == 8) & (all_of["cluster"] == cluster)
        ]
        pairs = sorted(zip(-here["typicality"], here["wnid"], strict=True))
        assert list(part["wnid"]) == [wnid for _, wnid in pairs][:8]


def test_the_first_layer_set_and_the_nearest_number_stand_in():
    table = pd.DataFrame(
        {"network": list("aabb"), "layer_set": ["top", "low", "low", "top"], "k": [12, 10, 12, 10]}
    )
    assert list(of_first_layer_set(table)["layer_set"]) == ["top", "low"]
    assert chosen_clusters(table) == 10
    assert chosen_clusters(table.assign(k=[5, 7, 5, 7])) == 7


# Hierarchy


def test_flows_are_the_crosstabs_of_neighbouring_numbers(classes):
    labels, assignments, _ = of_networks(classes, TWO_NETWORKS, numbers=range(2, 11))
    figure, data = cluster_hierarchy(cluster_flows(labels, assignments), TWO_NETWORKS)
    assert_fits(figure)
    assert set(data["k"]) == set(range(2, 9))
    for network in TWO_NETWORKS:
        table = of(assignments, network)
        chosen = table[table["layer_set"] == "low_3a_3b"]
        cluster = {k: part.set_index("concept")["cluster"] for k, part in chosen.groupby("k")}
        names = of(labels, network).set_index(["layer_set", "k", "cluster"])["label"]
        for k in range(2, 8):
            rows = data[(data["network"] == network) & (data["k"] == k)]
            counted = pd.crosstab(cluster[k], cluster[k + 1])
            flows = rows.groupby(["cluster", "next_cluster"])["classes"].sum()
            for pair in itertools.product(range(k), range(k + 1)):
                assert flows.get(pair, 0) == counted.loc[pair]
            for row in rows.itertuples():
                members = (cluster[k] == row.cluster) & (cluster[k + 1] == row.next_cluster)
                assert row.classes == (members & (cluster[2] == row.first_cluster)).sum() > 0
                assert row.size == (cluster[k] == row.cluster).sum()
                assert row.label == names["low_3a_3b", k, row.cluster]
                assert row.next_label == names["low_3a_3b", k + 1, row.next_cluster]
        last = data[(data["network"] == network) & (data["k"] == 8)]
        assert last["next_cluster"].isna().all()
        assert last.groupby("cluster")["classes"].sum().to_dict() == dict(cluster[8].value_counts())


def test_ribbons_leave_and_reach_their_bars_and_never_overlap_there(classes):
    labels, assignments, _ = of_networks(classes, ONE_NETWORK, numbers=range(2, 9))
    figure, data = cluster_hierarchy(cluster_flows(labels, assignments), ONE_NETWORK)
    patches = figure.axes[0].patches
    rows = data[data["next_cluster"].notna()].reset_index(drop=True)
    ribbons = [patch.get_path().vertices for patch in patches if isinstance(patch, PathPatch)]
    assert len(ribbons) == len(rows)
    heights = np.array([[part[7, 1] - part[0, 1], part[4, 1] - part[3, 1]] for part in ribbons])
    inches = heights[0, 0] / rows["classes"][0]
    np.testing.assert_allclose(heights, inches * np.outer(rows["classes"], [1, 1]))
    bars = [
        patch for patch in patches if isinstance(patch, Rectangle) and patch.get_alpha() is None
    ]
    assert sum(bar.get_height() for bar in bars) == pytest.approx(7 * 40 * inches)

    def bar_at(left, middle):
        (found,) = [
            (bar.get_y(), bar.get_y() + bar.get_height(), bar.get_facecolor())
            for bar in bars
            if bar.get_x() == pytest.approx(left)
            and bar.get_y() < middle < bar.get_y() + bar.get_height()
        ]
        return found

    width = bars[0].get_width()
    ends = {"start": {}, "end": {}}
    for row, part in zip(rows.itertuples(), ribbons, strict=True):
        for side, (left, top, bottom) in {
            "start": (part[0, 0] - width, part[0, 1], part[7, 1]),
            "end": (part[3, 0], part[3, 1], part[4, 1]),
        }.items():
            low, high, colour = bar_at(left, (top + bottom) / 2)
            assert low - 1e-9 <= top < bottom <= high + 1e-9
            assert same_color(colour, style.SERIES_COLOURS[row.first_cluster])
            ends[side].setdefault(row.k, []).append((top, bottom))
    for intervals in itertools.chain(ends["start"].values(), ends["end"].values()):
        intervals.sort()
        assert all(one[1] <= two[0] + 1e-9 for one, two in itertools.pairwise(intervals))


def test_numbers_of_the_hierarchy():
    assert shown_numbers([3, 2, 8, 9, 19]) == [2, 3, 8]
    assert shown_numbers(range(8, 20)) == [8, 9]
    assert shown_numbers(range(10, 20)) == [10, 11]
    assert shown_numbers([5]) == [5]


SKEWED = {k: [300 - k + 1] + [1] * (k - 1) for k in range(2, 9)}
HALVES = {k: [149] + [1] * (k - 2) + [151 - k + 2] for k in range(2, 9)}


@pytest.mark.parametrize(
    "sizes",
    [
        SKEWED,
        HALVES,
        {2: [3, 1], 3: [2, 1, 1]},
        {4: [9, 8, 7, 6]},
        {10: [3] * 10, 11: [3] * 9 + [2, 1]},
    ],
)
def test_every_cluster_of_the_hierarchy_is_named_however_small(sizes):
    labels, assignments = sized(sizes)
    flows = cluster_flows(labels.assign(network="net"), assignments.assign(network="net"))
    figure, data = cluster_hierarchy(flows, {"net": LONG})
    assert_fits(figure)
    texts = [text.get_text() for text in figure.axes[0].texts]
    for size in set(labels["size"]):
        assert texts.count(f"n = {size}") == (labels["size"] == size).sum()
    letters = "".join(texts).replace("-", "").replace(" ", "").lower()
    for label in labels["label"]:
        assert label.replace("-", "").replace(" ", "") in letters
    assert set(data["k"]) == set(sizes)


def test_flows_come_from_the_first_layer_set_only(classes):
    labels, assignments, _ = of_networks(classes, ONE_NETWORK)
    flows = cluster_flows(labels, assignments)
    assert set(flows["layer_set"]) == {"low_3a_3b"}
    assert flows.groupby("k")["classes"].sum().to_dict() == {2: 40, 3: 40, 8: 40}


# Tables


def test_the_table_of_labels_names_the_members_by_typicality(classes, tmp_path):
    labels, assignments, _ = of_networks(classes, TWO_NETWORKS)
    table = cluster_label_table(labels, assignments)
    assert len(table) == len(labels)
    for row in table.itertuples():
        members = of(assignments, row.network)
        here = members[
            (members["layer_set"] == row.layer_set)
            & (members["k"] == row.k)
            & (members["cluster"] == row.cluster)
        ]
        pairs = zip(-here["typicality"], here["wnid"], here["concept"], strict=True)
        assert row.members.split(", ") == [concept for _, _, concept in sorted(pairs)]
    write_table(table, tmp_path / "labels.tsv", CLUSTER_LABELS)
    assert len(read_table(tmp_path / "labels.tsv", CLUSTER_LABELS)) == len(table)


def test_the_table_of_names_agrees_with_the_figure_of_labels(classes, tmp_path):
    labels, assignments, _ = of_networks(classes, TWO_NETWORKS)
    ordered = ordered_labels(labels, assignments)
    table = cluster_name_table(ordered)
    assert list(table) == ["network", "layer_set", "k", *(f"cluster_{n}" for n in range(1, 9))]
    keys = list(table[["network", "layer_set", "k"]].itertuples(index=False, name=None))
    assert keys == list(itertools.product(TWO_NETWORKS, SETS, (2, 3, 8)))
    _, boxes = cluster_labels(ordered, TWO_NETWORKS)
    for row in table[table["layer_set"] == "low_3a_3b"].itertuples(index=False):
        here = boxes[(boxes["network"] == row.network) & (boxes["k"] == row.k)]
        expected = [
            box.label.capitalize() + (f" ({box.runner_up})" if box.runner_up else "")
            for box in here.itertuples()
        ]
        assert list(row[3:]) == expected + [""] * (8 - row.k)
    write_table(table, tmp_path / "names.tsv", CLUSTER_NAMES)
    pd.testing.assert_frame_equal(read_table(tmp_path / "names.tsv", CLUSTER_NAMES), table)


def test_names_of_the_paper_s_first_rows():
    rows = [(2, 0, "living thing", 0.9, "organism", 0.7), (2, 1, "artifact", 0.88, "entity", 0.6)]
    rows += [(3, 0, "matter", 0.5, "reptile", 0.48), (3, 1, "artifact", 0.8, "entity", 0.6)]
    rows += [(3, 2, "conveyance", 0.9, "vehicle", 0.8)]
    columns = ["k", "cluster", "label", "f1", "second_label", "second_f1"]
    labels = pd.DataFrame(rows, columns=columns).assign(layer_set="all", size=1, synset="x")
    clustered = {2: [0, 0, 1, 1], 3: [0, 0, 1, 2]}
    assignments = pd.concat(
        pd.DataFrame({"layer_set": "all", "k": k, "concept": list("abcd"), "cluster": cluster})
        for k, cluster in clustered.items()
    )
    table = cluster_name_table(
        ordered_labels(labels.assign(network="googlenet"), assignments.assign(network="googlenet"))
    )
    assert table.to_numpy().tolist() == [
        ["googlenet", "all", 2, "Living thing", "Artifact", ""],
        ["googlenet", "all", 3, "Matter (reptile)", "Artifact", "Conveyance"],
    ]


def test_clusters_of_networks_are_read_as_one_table_and_a_missing_column_is_named(
    classes, tmp_path
):
    labels, _, _ = of_networks(classes, TWO_NETWORKS)
    paths = [tmp_path / f"{network}.tsv" for network in TWO_NETWORKS]
    for network, path in zip(TWO_NETWORKS, paths, strict=True):
        write_table(of(labels, network), path, LABELS)
    read = read_tables(paths, LABELS)
    assert list(read["network"]) == list(labels["network"])
    assert list(read["label"]) == list(labels["label"])
    write_tsv(of(labels, "vgg_19").drop(columns="f1"), paths[1])
    with pytest.raises(InputError, match="vgg_19.tsv: column 'f1' is missing"):
        read_tables(paths, LABELS)


def test_what_is_written_of_clusters_has_the_columns_of_its_tables(classes):
    labels, assignments, _ = of_networks(classes, TWO_NETWORKS)
    arranged(ordered_labels(labels, assignments), ORDERED_CLUSTERS)
    arranged(cluster_flows(labels, assignments), FLOWS)
    arranged(typical_classes(labels, assignments), TYPICAL_CLASSES)


# Files and words


def test_equal_figures_give_equal_bytes(classes, tmp_path):
    written = []
    for run in ("first", "second"):
        labels, assignments, quality = of_networks(classes, ONE_NETWORK, numbers=(2, 3, 5))
        figures = {
            "quality": cluster_quality(quality, ONE_NETWORK, large=True),
            "labels": cluster_labels(ordered_labels(labels, assignments), ONE_NETWORK),
            "hierarchy": cluster_hierarchy(cluster_flows(labels, assignments), ONE_NETWORK),
        }
        contents = {}
        for name, (figure, data) in figures.items():
            outputs = SimpleNamespace(
                **{kind: tmp_path / run / f"{name}.{kind}" for kind in ("pdf", "png", "tsv")}
            )
            style.save_figure(figure, data, outputs)
            contents |= {path.name: path.read_bytes() for path in vars(outputs).values()}
        written.append(contents)
    assert written[0] == written[1]


def test_labels_of_different_heights_are_spread_by_half_of_each():
    heights = np.array([1.0, 3.0, 1.0, 2.0])
    moved = annotations.spread([5.0, 5.0, 5.0, 5.0], heights, 0, 20)
    assert np.diff(moved) == pytest.approx([2.0, 2.0, 1.5])
    assert moved.mean() == pytest.approx(5.0)
    squeezed = annotations.spread([5.0, 5.0, 5.0, 5.0], heights, 0, 2.75)
    assert np.diff(squeezed) == pytest.approx([1.0, 1.0, 0.75])


def test_a_legend_has_rows_of_about_equal_length():
    with style.theme():
        figure = style.new_figure(4, 2)
        figure.add_subplot()
        look = style.series(0)
        annotations.fit_legend(figure, [annotations.line_handle(look, "a label") for _ in range(7)])
    figure.canvas.draw()
    tops = [text.get_window_extent().y0 for text in figure.legends[0].get_texts()]
    lengths = sorted(np.unique(np.round(tops), return_counts=True)[1])
    assert lengths == [3, 4]
