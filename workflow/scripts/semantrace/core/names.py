"""Names that a study cannot give to anything of its own, and names as figures show them."""

from collections.abc import Container, Iterable, Mapping

PIXELS = "pixels"
"""Layer zero of every network: the resized RGB image before the network's preprocessing."""

WORDS = "words"
"""Where the correlations of word vectors lie, beside those of the networks."""

POOLINGS = ("mean", "max", "cls")
"""What may follow a layer's name, as in fire9.mean: what is kept of its places or tokens."""

MEASURE_TITLES = {
    "two_vs_two": "2 vs. 2",
    "rsa_spearman": "RSA, Spearman",
    "rsa_pearson": "RSA, Pearson",
    "cka": "CKA, debiased",
    "neighbours": "Mutual neighbours",
    "procrustes": "Procrustes",
    "decoding": "Leave-two-out decoding",
    "retrieval": "Retrieval",
}
"""What figures call measures of alignment, in their order; see `alignment.measures.registry`."""

WORDNET_MEASURE_TITLES = {
    "path": "path",
    "leacock_chodorow": "Leacock–Chodorow",
    "wu_palmer": "Wu–Palmer",
    "resnik": "Resnik",
    "jiang_conrath": "Jiang–Conrath",
    "lin": "Lin",
}
"""What figures call similarities in WordNet, in their order."""

CARRIES, BREAKS = "carries", "breaks"
"""A concept's part in a score, where it has one of the highest pass rates or of the lowest."""


def capitalised(label: str) -> str:
    """Return a label with a capital first letter and the others as they are."""
    return label[:1].upper() + label[1:]


def split_pooling(layer: str, known: Container[str]) -> tuple[str, str]:
    """Return a layer's own name and its pooling, which is empty where it has none.

    Parameters
    ----------
    layer : str
        Such as fire9 or fire9.mean.
    known : container of str
        The names of the network's layers: a layer that is itself called fire9.mean is meant first.
    """
    name, _, pooling = layer.rpartition(".")
    if layer in known or pooling not in POOLINGS or name not in known:
        return layer, ""
    return name, pooling


def shown_layers(
    networks: Iterable[str], layers: Iterable[str], titles: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Return what figures call layers: their titles where the study gives them, or their names.

    Parameters
    ----------
    networks, layers : iterable of str
        Of each layer, its network and its name.
    titles : mapping of str to mapping of str to str
        The titles of each network's layers, where it has them.
    """
    return [
        titles.get(network, {}).get(layer, layer)
        for network, layer in zip(networks, layers, strict=True)
    ]
