"""Of the summary: how far layers and words agree, and how sure that is."""

from collections.abc import Iterator

import pandas as pd

from semantrace.core.names import MEASURE_TITLES
from semantrace.report import alignment_captions as captions
from semantrace.report.markup import bullets, embedded_image, grid, note, paragraph, section
from semantrace.report.numbers import (
    SIGNIFICANCE,
    interval,
    listed,
    p_value,
    says_p,
    score,
)
from semantrace.report.study_facts import StudyFacts

SHOWN_FIGURES = {
    "two_vs_two_by_layer": "2 vs. 2 accuracy by layer",
    "two_vs_two_by_depth": "2 vs. 2 accuracy by relative depth",
}
"""Of these the page shows the first that the study has drawn."""

COMPARED = {"layers": "steps from a layer to the next", "networks": "pairs of networks"}
"""What families of comparisons hold."""


def found(facts: StudyFacts) -> str:
    """Return the best layer of each network, against each word model of the panel."""
    if "best" not in facts.tables:
        return ""
    scores = captions.first_model(facts.tables["scores"])
    _, *others = captions.two_vs_two_by_layer(scores, facts.titles)
    return section(
        "What was found: layers and words",
        paragraph(_highest(facts), *others, _beyond_pixels(scores)),
        _figure(facts),
        _best_layers(facts),
        note(
            "The corrected score is 0 at the mean of the permutations and 1 for "
            "perfect agreement. Each layer was chosen for its accuracy, so the accuracy is a "
            "little high; the family-wise p allows for the choice among all layers of all "
            "networks. The interval comes from a jackknife over concepts: it describes, and tests "
            "nothing."
        ),
    )


def certainty(facts: StudyFacts) -> str:
    """Return what controls, further measures and comparisons say, and what is not corrected."""
    if "best" not in facts.tables:
        return ""
    lines = [
        *_reliability(facts),
        *_comparisons(facts),
        *_one_vs_two(facts),
        *_regression(facts),
        *_word_models(facts),
    ]
    permutations = facts.config["permutations"]
    return section(
        "How sure",
        paragraph("More than the pixels? Spearman's correlation of each network's best layer:"),
        _controls(facts),
        paragraph("By other measures? The highest corrected score of all layers by each:"),
        _measures(facts),
        bullets(lines),
        note(
            f"The p of layers come from {permutations:,} permutations of the concepts, so none can "
            f"be less than {p_value(1 / (permutations + 1))}; measures that cost much take fewer, "
            "as the table of the alignment says. Those of comparisons come from random halves of "
            "the concepts. Family-wise p allow for all layers of all networks with one word model "
            "and one measure (in 1 vs. 2, of one network); nothing allows for the number of word "
            "models, measures or predictors. To exceed chance is not to exceed the pixels: for "
            "that see the correlations given the pixels, and the comparisons."
        ),
    )


def concepts(facts: StudyFacts) -> str:
    """Return the concepts that carry the score and those that break it."""
    if "ranked" not in facts.tables:
        return ""
    sentences = captions.concepts_by_pass_rate(facts.tables["ranked"], facts.titles)
    return section("Concepts", bullets(filter(None, sentences)))


def _highest(facts: StudyFacts) -> str:
    """Return the best layer of all networks against the first word model."""
    best = captions.first_model(facts.tables["best"])
    highest = best.loc[best["accuracy"].idxmax()]
    return (
        f"Against {facts.titles.word_model(highest['word_model'])}, the highest 2 vs. 2 accuracy "
        f"is that of {captions.best_layer(highest, facts.titles)}; chance is 0.5."
    )


def _beyond_pixels(scores: pd.DataFrame) -> str:
    """Return how many layers have a higher accuracy than the pixels, which nothing tests."""
    pixels = scores[scores["layer_index"] == 0].set_index("network")["accuracy"]
    layers = scores[scores["layer_index"] > 0]
    higher = int((layers["accuracy"] > layers["network"].map(pixels)).sum())
    return (
        f"{higher} of {len(layers)} have a higher accuracy than the pixels of their network, "
        "which this test does not examine."
    )


def _figure(facts: StudyFacts) -> str:
    shown = [name for name in SHOWN_FIGURES if name in facts.figures][:1]
    return "".join(embedded_image(facts.figures[name], SHOWN_FIGURES[name]) for name in shown)


def _best_layers(facts: StudyFacts) -> str:
    best, alignment = facts.tables["best"], facts.tables["alignment"]
    of_tests = alignment[(alignment["measure"] == "two_vs_two") & (alignment["group"] == "mean")]
    corrected = of_tests.set_index(["word_model", "network", "layer"])["corrected"]
    rows = [
        [
            facts.titles.network(row.network),
            facts.titles.word_model(row.word_model),
            facts.titles.layer(row.network, row.layer),
            score(row.accuracy),
            interval(row.accuracy_low, row.accuracy_high),
            score(corrected[row.word_model, row.network, row.layer]),
            p_value(row.p_value),
            p_value(row.p_family_wise),
            score(row.pixel_accuracy),
        ]
        for row in best.itertuples()
        if row.word_model in set(alignment["word_model"])
    ]
    header = ["network", "word model", "best layer", "2 vs. 2", "95 % interval", "corrected"]
    return grid([*header, "p", "family-wise p", "pixels"], rows, texts=3)


def _controls(facts: StudyFacts) -> str:
    """Return what is left of each network's highest correlation given the controls."""
    rows = facts.tables["controls"]
    if rows.empty:
        return ""
    rows = rows.set_index(["given", "network", "layer"])
    alone = rows.loc["nothing"].dropna(subset="partial")
    body = []
    for network, layer in alone.groupby("network", sort=False)["partial"].idxmax():
        cells = [score(alone.loc[(network, layer), "partial"])]
        for given in ("pixels", "layer_before"):
            here = rows.loc[(given, network, layer)]
            cells += [score(here["partial"]), p_value(here["p_family_wise"])]
        titles = facts.titles.network(network), facts.titles.layer(network, layer)
        body.append([*titles, *cells])
    header = ["network", "layer", "with words", "given the pixels", "family-wise p"]
    return grid([*header, "given the layer before", "family-wise p"], body, texts=2)


def _measures(facts: StudyFacts) -> str:
    """Return the best layer of all by each measure, and how far measures agree."""
    best = captions.first_model(facts.tables["by_measure"]).dropna(subset="corrected")
    body = []
    for measure, rows in best.groupby("measure", sort=False):
        first = rows.loc[rows["corrected"].idxmax()]
        same = f"{int(rows['same_layer'].sum())} of {len(rows)}"
        body.append(
            [
                MEASURE_TITLES[measure],
                facts.titles.network(first["network"]),
                facts.titles.layer(first["network"], first["layer"]),
                score(first["corrected"]),
                p_value(first["p_family_wise"]),
                "" if measure == "two_vs_two" else same,
            ]
        )
    header = ["measure", "network", "best layer", "corrected", "family-wise p"]
    return grid([*header, "networks whose best layer is that of 2 vs. 2"], body, texts=3)


def _reliability(facts: StudyFacts) -> Iterator[str]:
    if "reliability" not in facts.tables:
        yield (
            "With one group of images it is not known how far other images of the same concepts "
            "would agree: there are no noise ceilings."
        )
        return
    rows = facts.tables["reliability"].set_index(["network", "layer"])
    for row in captions.first_model(facts.tables["best"]).itertuples():
        here = rows.loc[(row.network, row.layer)]
        yield (
            f"{facts.titles.network(row.network)}, {facts.titles.layer(row.network, row.layer)}: "
            f"images agree with images of other groups by {score(here['reliability'])} (2 vs. 2); "
            f"noise ceiling of Spearman's coefficient "
            f"{interval(here['rsa_ceiling_low'], here['rsa_ceiling_high'])}."
        )


def _comparisons(facts: StudyFacts) -> Iterator[str]:
    rows = captions.first_model(facts.tables["comparisons"])
    tested = rows[rows["p_holm"].notna()]
    for family, words in COMPARED.items():
        of_it, of_tested = rows[rows["family"] == family], tested[tested["family"] == family]
        if of_it.empty:
            continue
        different = of_tested[of_tested["p_holm"] < SIGNIFICANCE]
        yield (
            f"{len(different)} of {len(of_tested)} {words} that could be tested (of {len(of_it)}) "
            "differ in accuracy with p < 0.05 by Holm's correction."
        )
        if family == "networks":
            yield from (_difference(row, facts) for row in different.head(5).itertuples())


def _difference(row, facts: StudyFacts) -> str:
    network = facts.titles.network
    return (
        f"{network(row.second_network)} ({row.second_layer}) less {network(row.first_network)} "
        f"({row.first_layer}): {score(row.difference)} ({interval(row.low, row.high)}), "
        f"{says_p(row.p_holm, 'Holm p')}."
    )


def _one_vs_two(facts: StudyFacts) -> Iterator[str]:
    rows = captions.first_model(facts.tables["one_vs_two"])
    for sentence in captions.one_vs_two_by_layer(rows, facts.titles):
        yield f"1 vs. 2, misclassified images. {sentence}"
    silent = rows[rows["note"] != ""].drop_duplicates("network")
    for row in silent.itertuples():
        yield f"1 vs. 2 has no result for {facts.titles.network(row.network)}: {row.note}."


def _word_models(facts: StudyFacts) -> Iterator[str]:
    for model, rows in facts.tables["word_models"].groupby("word_model", sort=False):
        judged = [
            f"{row.judged_pairs} {score(row.spearman)} ({row.known_pairs} of {row.pairs} pairs)"
            for row in rows.itertuples()
        ]
        yield (
            f"{facts.titles.word_model(model)} and people's judgements of pairs of words, "
            f"Spearman's correlation: {listed(judged)}. It tells whether a model was loaded right."
        )


def _regression(facts: StudyFacts) -> Iterator[str]:
    rows = captions.first_model(facts.tables["regression"])
    if rows.empty:
        return
    notable = rows[rows["p_value"] < SIGNIFICANCE]
    named = [
        f"{row.predictor} in {facts.titles.network(row.network)} "
        f"({score(row.standardised_coefficient)}, {says_p(row.p_value)})"
        for row in notable.head(5).itertuples()
    ]
    yield (
        f"Regression of the concepts' pass rates: {len(notable)} of {len(rows)} predictors have "
        "p < 0.05, each by itself" + (f": {listed(named)}." if named else ".")
    )
