"""Agreement of partitions and correlation with WordNet: what is drawn, and that it fits."""

import itertools
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color
from test_figures import assert_fits

from semantrace.core.errors import InputError
from semantrace.core.names import WORDNET_MEASURE_TITLES
from semantrace.core.tables import AGREEMENT, WORDNET_CORRELATIONS
from semantrace.embedding.partition_comparison import line_names
from semantrace.figures.base import style
from semantrace.figures.embedding.partition_agreement import pair_key, partition_agreement
from semantrace.figures.embedding.wordnet_correlation import (
    place_layers,
    wordnet_correlation,
)
from semantrace.io.files import write_tsv
from semantrace.io.tables import read_table, read_tables, write_table

FOUR_SETS = ["all", "low_3a_3b", "middle_4a_4e", "high_5a_5b"]
LONG = "VGG19 of the Visual Geometry Group at Oxford, trained on the images of a challenge"
TITLES = {"googlenet": "GoogLeNet", "vgg_19": LONG, "squeezenet_1.1": "SqueezeNet 1.1"}


def made_up_agreement(layer_sets, numbers, seed=0):
    random = np.random.default_rng(seed)
    partitions = [(network, name) for network, names in layer_sets.items() for name in names]
    names = line_names(layer_sets)
    rows = [
        (k, *one, *two, *random.uniform(-0.05, 1, 2), names.get((one, two), ""))
        for k in numbers
        for one, two in itertools.combinations(partitions, 2)
    ]
    return pd.DataFrame(rows, columns=AGREEMENT.names)


def titles_of(layer_sets):
    return {network: TITLES[network] for network in layer_sets}


# Agreement

ONE_SET = {"googlenet": ["all"], "vgg_19": ["top"]}
ONE_NETWORK = {"googlenet": FOUR_SETS}
TWO_NETWORKS = {"googlenet": FOUR_SETS, "vgg_19": FOUR_SETS}
THREE_NETWORKS = dict.fromkeys(TITLES, FOUR_SETS)


@pytest.mark.parametrize(
    ("layer_sets", "numbers", "panels"),
    [
        (ONE_SET, [2, 3], 1),
        ({"googlenet": ["all", "low"]}, [4], 1),
        (ONE_NETWORK, range(2, 20), 2),
        (TWO_NETWORKS, range(2, 20), 4),
        (THREE_NETWORKS, range(2, 20), 8),
    ],
)
def test_agreement_fits_the_page_and_writes_every_pair(layer_sets, numbers, panels):
    agreement = made_up_agreement(layer_sets, numbers)
    figure, data = partition_agreement(agreement, titles_of(layer_sets), layer_sets)
    assert_fits(figure)
    assert len(figure.axes) == panels
    pd.testing.assert_frame_equal(data.drop(columns="line"), agreement.drop(columns="line_name"))


def test_the_matrix_holds_the_means_of_both_measures():
    agreement = made_up_agreement(TWO_NETWORKS, range(2, 8))
    figure, _ = partition_agreement(agreement, titles_of(TWO_NETWORKS), TWO_NETWORKS)
    axis = figure.axes[0]
    (image,) = axis.images
    partitions = [(network, name) for network in TWO_NETWORKS for name in FOUR_SETS]
    written = {text.get_position(): text.get_text() for text in axis.texts}
    values = image.get_array()
    for (row, one), (column, two) in itertools.product(enumerate(partitions), repeat=2):
        if row == column:
            assert values.mask[row, column]
            continue
        pair = [*one, *two] if row < column else [*two, *one]
        here = (agreement[AGREEMENT.names[1:5]] == pair).all(axis=1)
        measure = "adjusted_rand" if row > column else "adjusted_mutual_information"
        mean = agreement.loc[here, measure].mean()
        assert values[row, column] == pytest.approx(mean)
        assert written[column, row] == f"{mean:.2f}"
    assert [label.get_text() for label in axis.get_yticklabels()] == FOUR_SETS * 2


def test_pairs_of_lines_are_of_the_same_name_between_and_with_the_first_within():
    names = line_names(TWO_NETWORKS)
    between = {(("googlenet", name), ("vgg_19", name)): name for name in FOUR_SETS}
    within = {
        ((network, "all"), (network, name)): f"all – {name}"
        for network in TWO_NETWORKS
        for name in FOUR_SETS[1:]
    }
    assert names == between | within
    assert list(line_names({"googlenet": ["a", "b", "c"]}).values()) == ["a – b", "a – c", "b – c"]
    assert line_names(ONE_SET) == {(("googlenet", "all"), ("vgg_19", "top")): "all – top"}


def test_lines_of_agreement_are_the_rows_that_name_their_panel():
    agreement = made_up_agreement(TWO_NETWORKS, range(2, 8))
    # Which partition of a pair stands first is no matter.
    swapped = agreement["k"] == 5
    columns = AGREEMENT.names[1:5]
    agreement.loc[swapped, columns] = agreement.loc[swapped, columns[2:] + columns[:2]].to_numpy()
    figure, data = partition_agreement(agreement, titles_of(TWO_NETWORKS), TWO_NETWORKS)
    titles = [f"GoogLeNet and {LONG}", "Within GoogLeNet", f"Within {LONG}"]
    for axis, title in zip(figure.axes[1:], titles, strict=True):
        assert axis.get_title(loc="left").replace("\n", " ") == title
        rows = data[data["line"] == title]
        drawn = sorted(
            tuple(line.get_ydata()) for line in axis.lines if line.get_marker() != "None"
        )
        keys = [pair_key((a, b), (c, d)) for a, b, c, d in rows[columns].itertuples(index=False)]
        expected = [
            tuple(part.sort_values("k")[measure])
            for _, part in rows.groupby(keys)
            for measure in ("adjusted_rand", "adjusted_mutual_information")
        ]
        assert drawn == sorted(expected)
    assert (data["line"] == "").sum() == 6 * (28 - 4 - 3 - 3)


# WordNet


def made_up_correlations(networks, seed=0):
    """A table as each network's file holds it: layers, then layer sets, six measures each."""
    random = np.random.default_rng(seed)
    made = {}
    for network, (layers, sets) in networks.items():
        rows = []
        named = [("layer", name, index) for index, name in enumerate(layers, start=1)]
        for scope, name, index in [*named, *(("layer_set", name, 0) for name in sets)]:
            for measure in WORDNET_MEASURE_TITLES:
                row = {"scope": scope, "name": name, "layer_index": index, "measure": measure}
                for coefficient in ("pearson", "spearman"):
                    p = float(random.choice([0.001, 0.04, 0.3]))
                    row[coefficient] = random.normal(0.1, 0.1)
                    row[f"{coefficient}_p_value"] = p
                    row[f"{coefficient}_p_family_wise"] = np.nan if index == 0 else min(1, 1.5 * p)
                rows.append(row)
        made[network] = pd.DataFrame(rows)
    return made


def all_correlations(networks):
    made = made_up_correlations(networks)
    return pd.concat([made[name].assign(network=name) for name in networks], ignore_index=True)


FEW = {"googlenet": ([f"inception_{part}_output" for part in ("3a", "4a", "5b")], FOUR_SETS)}
MANY = {
    "vgg_19": ([f"block{number}_conv" for number in range(1, 51)], ["all"]),
    "squeezenet_1.1": (["1", "2"], ["all", "007"]),
}


@pytest.mark.parametrize("networks", [{"vgg_19": (["conv1"], ["all"])}, FEW, {**FEW, **MANY}])
def test_correlations_with_wordnet_fit_and_are_all_written(networks):
    correlations = all_correlations(networks)
    figure, data = wordnet_correlation(correlations, titles_of(networks), {})
    assert_fits(figure)
    assert len(figure.axes) == 2 * len(networks)
    assert len(data) == 2 * len(correlations)
    for network, table in made_up_correlations(networks).items():
        for coefficient in ("spearman", "pearson"):
            here = data[(data["network"] == network) & (data["coefficient"] == coefficient)]
            np.testing.assert_allclose(here["correlation"], table[coefficient], rtol=1e-9)
            assert list(here["name"]) == list(table["name"])
            for row, given in zip(here.itertuples(), table.itertuples(), strict=True):
                suffix = "family_wise" if given.scope == "layer" else "value"
                assert row.significant == (getattr(given, f"{coefficient}_p_{suffix}") < 0.05)


def test_marks_of_correlations_are_filled_where_significant():
    correlations = all_correlations(FEW)
    figure, data = wordnet_correlation(correlations, titles_of(FEW), {})
    for axis, coefficient in zip(figure.axes, ("spearman", "pearson"), strict=True):
        for number, measure in enumerate(WORDNET_MEASURE_TITLES):
            look = style.series(number)
            here = data[(data["coefficient"] == coefficient) & (data["measure"] == measure)]
            drawn = {True: set(), False: set()}
            for line in axis.lines:
                if line.get_marker() == look.marker:
                    filled = same_color(line.get_markerfacecolor(), look.colour)
                    drawn[filled] |= set(line.get_ydata())
            for filled in (True, False):
                assert drawn[filled] == set(here.loc[here["significant"] == filled, "correlation"])
        low, high = axis.get_ylim()
        assert low < min(0, data["correlation"].min()) < data["correlation"].max() < high


def test_layer_sets_stand_apart_at_the_right_under_their_names():
    titles = {"googlenet": {"inception_3a_output": "3a", "all": "no layer"}}
    correlations = all_correlations(FEW)
    columns = place_layers(correlations.assign(title="").sample(frac=1, random_state=1))
    assert list(columns.loc[columns["scope"] == "layer", "place"]) == [0, 1, 2]
    assert sorted(columns.loc[columns["scope"] == "layer_set", "place"]) == [3.5, 4.5, 5.5, 6.5]
    figure, _ = wordnet_correlation(correlations, titles_of(FEW), titles)
    names = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert names == ["3a", "inception_4a_output", "inception_5b_output", *FOUR_SETS]


def test_names_of_many_layers_are_thinned_and_those_of_sets_are_not():
    correlations = all_correlations(MANY)
    figure, _ = wordnet_correlation(correlations, titles_of(MANY), {})
    crowded, sparse = figure.axes[0], figure.axes[2]
    assert 10 < len(crowded.get_xticks()) < 30
    assert len(crowded.get_xticks()) + len(crowded.get_xticks(minor=True)) == 51
    assert [label.get_text() for label in crowded.get_xticklabels()][-1] == "all"
    assert [label.get_text() for label in sparse.get_xticklabels()] == ["1", "2", "all", "007"]


def test_correlations_are_read_as_they_were_written_and_a_missing_column_is_named(tmp_path):
    path = tmp_path / "googlenet.tsv"
    table = all_correlations(FEW)[WORDNET_CORRELATIONS.names]
    write_table(table, path, WORDNET_CORRELATIONS)
    pd.testing.assert_frame_equal(read_tables([path], WORDNET_CORRELATIONS), table, rtol=1e-9)
    write_tsv(table.drop(columns="spearman"), path)
    with pytest.raises(InputError, match=r"googlenet.tsv: column 'spearman' is missing"):
        read_tables([path], WORDNET_CORRELATIONS)


def test_layer_sets_named_by_numbers_stay_text(tmp_path):
    agreement = made_up_agreement({"googlenet": ["01", "1e3"]}, [2])
    write_table(agreement, tmp_path / "agreement.tsv", AGREEMENT)
    read = read_table(tmp_path / "agreement.tsv", AGREEMENT)
    assert read.loc[0, "first_layer_set"] == "01"
    assert read.loc[0, "second_layer_set"] == "1e3"


def test_equal_figures_give_equal_bytes(tmp_path):
    written = []
    for run in ("first", "second"):
        correlations = all_correlations(FEW)
        figures = {
            "agreement": partition_agreement(
                made_up_agreement(ONE_NETWORK, [2, 3]), titles_of(ONE_NETWORK), ONE_NETWORK
            ),
            "wordnet": wordnet_correlation(correlations, titles_of(FEW), {}),
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
