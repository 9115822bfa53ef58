"""Scores of networks by jobs of their own, joined, against all scored at once; their memory."""

import pandas as pd
import pytest
from made_study import MODEL, make_study

from semantrace.activations.correlation_files import read_image_correlations
from semantrace.alignment.comparisons import compare_layers
from semantrace.alignment.half_accuracies import SPLITS
from semantrace.alignment.layer_scores import score_two_vs_two
from semantrace.alignment.panel import score_panel
from semantrace.alignment.score_inputs import read_score_inputs
from semantrace.alignment.split_accuracies import accuracies_to_compare
from semantrace.core.random_streams import random_generator
from semantrace.core.tables import ALIGNMENT, AVERAGING, COMPARISONS, PASS_RATES, TWO_VS_TWO
from semantrace.io.tables import arranged, read_table
from semantrace.statistics.permutations import draw_permutations
from semantrace.study.scoring_memory import SCORING_MEMORY, ScoringSize

NETWORKS = {"deep": 4, "shallow": 3}


class Files(dict):
    """Files by name, as attributes too."""

    __getattr__ = dict.__getitem__


@pytest.fixture(scope="module")
def study(tmp_path_factory, repository):
    """A made study, each of whose networks has been scored by jobs of its own, and then joined."""
    made = make_study(tmp_path_factory.mktemp("made"), repository, 24, NETWORKS)
    joined = [
        made.job(
            "join_two_vs_two",
            {name: made.of_all(name) for name in ("layers", "concepts", "null")},
            made.files("all", "layers", "concepts"),
        ),
        made.job(
            "compare_layers",
            made.of_all("halves"),
            made.files("all", "comparisons"),
            named_layers={"deep": "layer2"},
        ),
        made.job("join_alignment", made.of_all("panel"), made.files("all", "alignment")),
    ]
    of_networks = [
        job(network) for network in NETWORKS for job in (made.two_vs_two, made.alignment)
    ]
    made.run(*of_networks, *joined)
    return made


@pytest.fixture(scope="module")
def at_once(study):
    """What all networks are scored with when nothing is joined."""
    inputs = read_score_inputs(Files(study.words_and_concepts))
    files = study.correlations(*NETWORKS)
    return inputs, read_image_correlations(files, list(NETWORKS), inputs.names)


def assert_joined(study, name, table, expected):
    """Compare a joined table with what it is when everything is scored at once."""
    found = read_table(study.folder / f"all.{name}", table)
    expected = arranged(expected.assign(word_model=MODEL), table)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-12)


def test_two_vs_two_of_all_networks_is_one_family(study, at_once):
    inputs, layers = at_once
    scored = score_two_vs_two(
        inputs.words.correlations, layers, inputs.permutations, inputs.concepts
    )
    assert_joined(study, "layers", TWO_VS_TWO, scored.layers)
    assert_joined(study, "concepts", PASS_RATES, scored.concepts)


def test_layers_and_networks_are_compared_as_if_scored_at_once(study, at_once):
    inputs, layers = at_once
    generator = random_generator(1, "made", "compare_layers")
    orders = draw_permutations(generator, len(inputs.concepts), SPLITS)
    scored = accuracies_to_compare(inputs.words.correlations, layers, orders)
    expected = compare_layers(scored, {"deep": "layer2"})
    assert set(expected["family"]) == {"layers", "networks"}
    assert expected["p_value"].notna().any()
    assert_joined(study, "comparisons", COMPARISONS, expected)


def test_every_measure_has_one_family_over_all_networks(study, at_once):
    inputs, layers = at_once
    assert_joined(
        study, "alignment", ALIGNMENT, score_panel(inputs.words, layers, inputs.permutations)
    )


def test_single_images_are_scored_once(study, at_once):
    inputs, layers = at_once
    path = study.folder / "averages.h5"
    job = study.job(
        "score_averaging",
        study.words_and_concepts | study.files("all", "layers") | {"averages": []},
        [str(path)],
    )
    study.run(job)
    scored = score_two_vs_two(
        inputs.words.correlations, layers, inputs.permutations, inputs.concepts
    ).layers
    scored = scored.rename(columns={"groups": "batches"}).assign(images=1, word_model=MODEL)
    expected = arranged(scored[AVERAGING.in_order(scored)], AVERAGING)
    found = read_table(path, AVERAGING)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-12)


MEGABYTES_BEYOND = 1000
"""That jobs may ask for beyond twice what they use: parts that small studies do not fill."""


@pytest.mark.parametrize(
    ("rule", "concepts", "layers", "permutations"),
    [
        ("score_two_vs_two", 200, 10, 50),
        ("score_two_vs_two", 500, 10, 10),
        ("score_alignment", 120, 4, 20),
        ("score_alignment", 300, 2, 8),
        ("score_controls", 500, 10, 10),
        ("score_reliability", 500, 3, 1),
    ],
)
def test_memory_asked_for_is_memory_used(
    tmp_path, repository, rule, concepts, layers, permutations
):
    made = make_study(tmp_path, repository, concepts, {"one": layers}, 2, permutations, alike=0.0)
    everything = made.words_and_concepts | {"images": made.correlations("one")}
    jobs = {"score_two_vs_two": made.two_vs_two, "score_alignment": made.alignment}
    if rule == "score_alignment":
        made.run(made.two_vs_two("one"))
    job = jobs[rule]("one") if rule in jobs else made.job(rule, everything, [f"{tmp_path}/scores"])
    used = made.run(job) / 1e6
    asked = SCORING_MEMORY[rule].of(ScoringSize(concepts, permutations, layers * 2, threads=2))
    assert used <= asked <= 2 * used + MEGABYTES_BEYOND


def test_memory_hardly_grows_with_layers_groups_and_networks():
    few = ScoringSize(1000, 1000, 50, threads=2)
    many = ScoringSize(1000, 1000, 50 * 50, threads=2)
    for memory in SCORING_MEMORY.values():
        assert memory.of(many) < 4000
        assert memory.of(many) - memory.of(few) < 0.03 * 8e-6 * 1000**2 * 2450
