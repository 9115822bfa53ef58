"""The networks, layers and word models of the page, and where each stands in its lists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ShownNetwork:
    """A network with the layers that the page shows.

    Attributes
    ----------
    name, title : str
    layers : tuple of str
        By name, in their order; of images with the pixels first, of class vectors with the layer
        sets last.
    layer_titles : tuple of str
        What figures call them.
    """

    name: str
    title: str
    layers: tuple[str, ...]
    layer_titles: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """What the page has numbers for.

    Attributes
    ----------
    concepts : tuple of str
        In the study's order.
    networks : tuple of ShownNetwork
    word_models : mapping of str to str
        Titles by name.
    """

    concepts: tuple[str, ...]
    networks: tuple[ShownNetwork, ...]
    word_models: Mapping[str, str]

    def network(self, name: str) -> int:
        """Return the place of a network."""
        return [one.name for one in self.networks].index(name)

    def layer(self, network: str, layer: str) -> int:
        """Return the place of a layer in its network."""
        return self.networks[self.network(network)].layers.index(layer)

    def word_model(self, name: str) -> int:
        """Return the place of a word model."""
        return list(self.word_models).index(name)

    @property
    def pairs(self) -> int:
        """How many pairs the concepts make."""
        return len(self.concepts) * (len(self.concepts) - 1) // 2

    def described(self) -> dict:
        """Return networks, layers and word models as the page reads them."""
        return {
            "networks": [
                {
                    "name": one.name,
                    "title": one.title,
                    "layers": [
                        {"name": name, "title": title}
                        for name, title in zip(one.layers, one.layer_titles, strict=True)
                    ],
                }
                for one in self.networks
            ],
            "words": [{"name": name, "title": title} for name, title in self.word_models.items()],
        }


def catalogue(
    concepts: Sequence[str],
    layers: Mapping[str, Sequence[str]],
    networks: Mapping[str, str],
    layer_titles: Mapping[str, Mapping[str, str]],
    word_models: Mapping[str, str],
) -> Catalogue:
    """Put together what the page has numbers for.

    Parameters
    ----------
    concepts : sequence of str
    layers : mapping of str to sequence of str
        The layers of each network that has any.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order.
    layer_titles : mapping of str to mapping of str to str
        The titles of each network's layers, where it has them.
    """
    shown = []
    for name, title in distinct(networks).items():
        if layers.get(name):
            titles = layer_titles.get(name, {})
            called = tuple(titles.get(layer, layer) for layer in layers[name])
            shown.append(ShownNetwork(name, title, tuple(layers[name]), called))
    return Catalogue(tuple(concepts), tuple(shown), distinct(word_models))


def distinct(titles: Mapping[str, str]) -> dict[str, str]:
    """Return titles by name, with the name behind each title that several have."""
    counts = Counter(titles.values())
    return {
        name: title if counts[title] == 1 else f"{title} ({name})" for name, title in titles.items()
    }
