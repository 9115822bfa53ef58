"""Of the summary: the clusters of class vectors, and what WordNet says of them."""

from collections.abc import Iterator

from semantrace.core.names import capitalised
from semantrace.io.tables import by_network, of_first_layer_set
from semantrace.report import embedding_captions as captions
from semantrace.report.markup import bullets, embedded_image, grid, note, section
from semantrace.report.numbers import score
from semantrace.report.study_facts import StudyFacts


def embedding(facts: StudyFacts) -> str:
    """Return the clusters at one number of them, beside what chance gives, and WordNet's view."""
    if "quality" not in facts.tables:
        return ""
    quality, wordnet = facts.tables["quality"], facts.tables["wordnet"]
    layers = wordnet.assign(
        coefficient="spearman",
        correlation=wordnet["spearman"],
        p_family_wise=wordnet["spearman_p_family_wise"],
    )
    figure = facts.figures.get("cluster_quality")
    return section(
        "What was found: clusters of class vectors",
        bullets(captions.cluster_quality(quality, facts.titles)),
        embedded_image(figure, "Cluster quality by number of clusters") if figure else "",
        *_clusters(facts),
        bullets(
            f"Class vectors and WordNet. {sentence}"
            for sentence in captions.wordnet_correlation(layers, facts.titles)
        ),
        note(
            "A name is the WordNet synset whose classes match the cluster with the highest F1. "
            "Large clusters get a high F1 for nothing, hence the shuffled classes. The p of "
            "clusters allow neither for the numbers of clusters nor for layer sets; those of "
            "correlations with WordNet are family-wise over a network's layers with one measure, "
            "and nothing allows for the choice of the measure."
        ),
    )


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
