"""Of the summary: the clusters of class vectors, and what WordNet says of them."""

from collections.abc import Iterator

from semantrace.core.names import WORDNET_MEASURE_TITLES, capitalised
from semantrace.io.tables import by_network, of_first_layer_set
from semantrace.report import embedding_captions as captions
from semantrace.report.markup import bullets, embedded_image, grid, note, paragraph, section
from semantrace.report.numbers import p_value, score
from semantrace.report.study_facts import StudyFacts


def embedding(facts: StudyFacts) -> str:
    """Return the clusters at one number of them, beside what chance gives, and WordNet's view."""
    if "quality" not in facts.tables or facts.tables["quality"].empty:
        return ""
    quality = facts.tables["quality"]
    figure = facts.figures.get("cluster_quality")
    return section(
        "What was found: clusters of class vectors",
        bullets(captions.cluster_quality(quality, facts.titles)),
        embedded_image(figure, "Cluster quality by number of clusters") if figure else "",
        *_clusters(facts),
        paragraph("Class vectors and WordNet, the layer of highest Spearman's correlation:"),
        _wordnet(facts),
        note(
            "A name is the WordNet synset whose classes match the cluster with the highest F1. "
            "Large clusters get a high F1 for nothing, hence the shuffled classes. The p of "
            "clusters allow neither for the numbers of clusters nor for layer sets; those of "
            "correlations with WordNet are family-wise over a network's layers with one measure, "
            "and nothing allows for the choice of the measure."
        ),
    )


def _wordnet(facts: StudyFacts) -> str:
    """Return the best layer of each network by each similarity in WordNet."""
    rows = facts.tables["wordnet"]
    rows = rows[(rows["scope"] == "layer") & rows["spearman"].notna()]
    best = rows.loc[rows.groupby(["network", "measure"], sort=False)["spearman"].idxmax()]
    body = [
        [
            facts.titles.network(row.network),
            WORDNET_MEASURE_TITLES[row.measure],
            facts.titles.layer(row.network, row.name),
            score(row.spearman),
            p_value(row.spearman_p_family_wise),
        ]
        for row in best.itertuples()
    ]
    header = ["network", "similarity in WordNet", "layer", "Spearman's", "family-wise p"]
    return grid(header, body, texts=3)


def _clusters(facts: StudyFacts) -> Iterator[str]:
    """Yield the clusters of each network's first layer set at the number that pages quote."""
    for network, rows in by_network(of_first_layer_set(facts.tables["clusters"])).items():
        k = captions.shown_k(rows)
        chosen = rows[rows["k"] == k].sort_values("place")
        yield grid(
            [f"{facts.titles.network(network)}, k = {k}", "runner-up", "classes", "F1"],
            [
                [
                    capitalised(row.label) or "no name",
                    row.runner_up,
                    str(row.size),
                    score(row.f1),
                ]
                for row in chosen.itertuples()
            ],
            texts=2,
        )
