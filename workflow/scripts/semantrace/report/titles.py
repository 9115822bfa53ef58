"""What pages call the networks, layers and word models of a study."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Titles:
    """Titles by name.

    Attributes
    ----------
    networks, word_models : mapping of str to str
        In the study's order.
    layers : mapping of str to mapping of str to str
        Of each network's layers, where the study gives them.
    """

    networks: Mapping[str, str]
    word_models: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def network(self, name: str) -> str:
        """Return what pages call a network."""
        return self.networks.get(name, name)

    def word_model(self, name: str) -> str:
        """Return what pages call a word model."""
        return self.word_models.get(name, name)

    def layer(self, network: str, layer: str) -> str:
        """Return what pages call a layer."""
        return self.layers.get(network, {}).get(layer, layer)
