"""Of the summary: which data, settings and software the study has, and what was lost."""

from collections.abc import Iterator, Mapping
from typing import Any

from semantrace.report.markup import bullets, grid, note, paragraph, section
from semantrace.report.numbers import count, cut
from semantrace.report.study_facts import StudyFacts

MOST_NAMES = 12
"""Names of classes or images of a kind that the page lists."""


def question(facts: StudyFacts) -> str:
    """Return what the study asks."""
    networks = count(len(facts.titles.networks), "network")
    asked = []
    if "scores" in facts.tables:
        models = count(len(facts.titles.word_models), "word model")
        asked.append(
            f"Do the layers of {networks} and {models} organise the same concepts alike, in which "
            "layers most, and is it more than chance and more than the pixels have?"
        )
    if "clusters" in facts.tables:
        asked.append(
            "Which groups of classes do the class vectors form, and does WordNet have names for "
            "these groups that fit better than for shuffled classes?"
        )
    return section("The question", bullets(asked) or paragraph(f"The study describes {networks}."))


def data(facts: StudyFacts) -> str:
    """Return what the networks and word models are, and what they were shown."""
    images, matching = facts.tables["images"], facts.tables["matching"]
    kept = matching[matching["kept"]]
    grouped = images[images["group"] != ""]
    groups = facts.settings["images"]["groups"]
    dataset = facts.settings["dataset"]
    source = dataset.get("package") or dataset["root"]
    return section(
        "The data",
        paragraph(
            f"{count(len(kept), 'concept')} in {count(len(images), 'image')} of {source}; "
            f"{count(len(grouped), 'image')} in {count(groups, 'group')} of one image of each "
            "concept are scored."
            + (" Class vectors average all images." if "clusters" in facts.tables else "")
        ),
    )


def losses(facts: StudyFacts) -> str:
    """Return which classes and images the study does without, and why."""
    matching, left_out = facts.tables["matching"], facts.tables["left_out"]
    lost = matching[~matching["kept"]]
    outside = matching[matching["kept"] & (matching["synset"] == "")]
    lines = [
        f"{count(len(lost), 'class', 'classes')} of {len(matching):,} became no concept."
        if len(lost)
        else f"All {count(len(matching), 'class', 'classes')} became concepts.",
        *_by_reason(lost, "class"),
        count(len(outside), "concept")
        + " outside WordNet, which the names of clusters, correlations with WordNet and 1 vs. 2 "
        f"leave out: {cut(outside['concept'], MOST_NAMES)}."
        if len(outside)
        else "",
        f"{count(len(left_out), 'image')} left out as damaged."
        if len(left_out)
        else "No image was left out as damaged.",
        *_by_reason(left_out, "path"),
    ]
    return section("What was lost", bullets(filter(None, lines)))


def settings(facts: StudyFacts) -> str:
    """Return what decides the numbers, and the versions of libraries."""
    config, study = facts.config, facts.settings
    clusters = study.get("visual_embedding", {}).get("clusters")
    rows = [
        ["seed", str(config["seed"])],
        ["permutations", f"{config['permutations']:,}"],
        ["images of each concept", _plain(study["images"]["per_concept"])],
        ["groups of images", str(study["images"]["groups"])],
        ["damaged images", _plain(study["images"]["damaged"])],
        ["stored activations", config["dtype"]],
        *([["numbers of clusters", f"{clusters['from']} to {clusters['to']}"]] if clusters else []),
    ]
    libraries = [f"{row.library} {row.version}" for row in facts.tables["software"].itertuples()]
    return section(
        "Settings and software",
        grid(["setting", "value"], rows, texts=2),
        grid(
            ["network", "layers listed", "weights", "resize"],
            [
                [
                    facts.titles.network(name),
                    str(facts.layers[name]),
                    _weights(network),
                    _resize(network["resize"]),
                ]
                for name, network in facts.settings["networks"].items()
            ],
            texts=4,
        ),
        paragraph(f"Versions: {', '.join(libraries)}."),
        note(
            "Versions are those that were installed when the study listed them; each job's log "
            "names those that it used."
        ),
    )


def _by_reason(rows, names: str) -> Iterator[str]:
    for reason, of_it in rows.groupby("reason", sort=False):
        yield f"{len(of_it):,}: {reason or 'no reason is given'}: {cut(of_it[names], MOST_NAMES)}."


def _weights(network: Mapping[str, Any]) -> str:
    weights = network.get("weights")
    if weights is None:
        return f"of {network['architecture']}"
    if isinstance(weights, str):
        return weights
    if "seed" in weights:
        return f"random, seed {weights['seed']}"
    file = str(weights["file"]).rsplit("/", 1)[-1]
    return f"{file} of {weights['package']}" if "package" in weights else file


def _resize(resize: str | Mapping[str, Any]) -> str:
    return _plain(resize).replace("_", " ")


def _plain(value: Any) -> str:
    """Return a setting on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {part}" for name, part in value.items()).replace("_", " ")
    return str(value).replace("_", " ")
