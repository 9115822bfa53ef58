"""Text encoders: BERT networks read from safetensors, with the output of each of their layers.

Texts of the same number of tokens go through the network together, so that none is padded and none
depends on its neighbours. Source: Devlin et al. 2019; Reimers & Gurevych 2019 for the mean over
tokens.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby, islice
from typing import Any

import numpy as np
from scipy.special import erf

from semantrace.core.blas_threads import one_blas_thread
from semantrace.core.errors import InputError
from semantrace.io.user_files import find_file
from semantrace.study.text_encoders import check_layers, read_encoder_config

BATCH = 64
"""Texts that go through the network at once."""

POOLINGS = {"mean": lambda tokens: tokens.mean(axis=1), "cls": lambda tokens: tokens[:, 0]}
"""How the outputs of a text's tokens (texts × tokens × width) become one vector."""


class TextEncoder:
    """A BERT network with its tokenizer.

    Parameters
    ----------
    settings : mapping
        A model of the study's ``word_vectors`` of format text_encoder: `file` (safetensors),
        `tokenizer` and `config`, `sha256` of the file where it is given.
    key : str
        The model's place in the study, for messages.

    Raises
    ------
    InputError
        When a file is missing, damaged, not as its sha256, or none of a BERT network.
    """

    def __init__(self, settings: Mapping[str, Any], key: str = "word_vectors") -> None:
        import tokenizers  # these two are loaded where a text encoder is used
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        paths = {
            name: find_file(settings, name, key, checked=False) for name in ("config", "tokenizer")
        }
        self.source = find_file(settings, "file", key)
        self.config = read_encoder_config(paths["config"])
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(paths["tokenizer"]))
        except Exception as error:  # the library raises nothing more special
            raise InputError(
                f"{paths['tokenizer']}: not a tokenizer.json ({error}); take the one that is "
                "published beside the weights"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        try:
            weights = load_file(self.source)
        except (SafetensorError, KeyError, ValueError) as error:
            raise InputError(
                f"{self.source}: not a file of safetensors, or damaged ({error}); get it again"
            ) from error
        self._weights = {_plain_name(name): _as_float(array) for name, array in weights.items()}
        self._check_weights()

    def _check_weights(self) -> None:
        width, config = self.config.width, self.config
        shapes = {
            "embeddings.word_embeddings.weight": (self._tokenizer.get_vocab_size(), width),
            "embeddings.position_embeddings.weight": (config.positions, width),
            f"encoder.layer.{config.layers - 1}.output.dense.bias": (width,),
        }
        for name, shape in shapes.items():
            found = self._weights.get(name)
            if found is None or found.shape[1:] != shape[1:] or len(found) < shape[0]:
                stated = "none" if found is None else " × ".join(map(str, found.shape))
                raise InputError(
                    f"{self.source}: of {name} it has {stated}, where {config.layers} layers of "
                    f"{width} with this tokenizer need {' × '.join(map(str, shape))}; take "
                    "weights, tokenizer and config of one network"
                )

    def embed(
        self, texts: Sequence[str], layers: Sequence[int], pooling: str = "mean"
    ) -> np.ndarray:
        """Return a vector of each text from each of some layers.

        Parameters
        ----------
        texts : sequence of str
        layers : sequence of int
            0 is the embeddings that enter the first layer; negative numbers count from the end.
        pooling : {"mean", "cls"}
            The mean over all tokens, or the first token, which stands for the whole.

        Returns
        -------
        numpy.ndarray
            float32, layers × texts × width. The same for a text whatever stands beside it.

        Raises
        ------
        InputError
            When the network has no such layer, or a text is longer than it takes.
        """
        check_layers(layers, self.config.layers, self.source)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        longest = max(range(len(texts)), key=lambda text: len(tokens[text]))
        if len(tokens[longest]) > self.config.positions:
            raise InputError(
                f"{self.source}: {texts[longest]!r} is {len(tokens[longest])} tokens long, and the "
                f"network takes {self.config.positions}; shorten the name or the template"
            )
        embedded = np.empty((len(layers), len(texts), self.config.width), np.float32)
        ordered = sorted(range(len(texts)), key=lambda text: len(tokens[text]))
        with one_blas_thread():  # whose last digits depend on the number of threads
            for _, group in groupby(ordered, key=lambda text: len(tokens[text])):
                while batch := list(islice(group, BATCH)):
                    states = self._states(np.array([tokens[text] for text in batch]))
                    for row, layer in enumerate(layers):
                        embedded[row, batch] = POOLINGS[pooling](states[layer])
        return embedded

    def _states(self, tokens: np.ndarray) -> list[np.ndarray]:
        """Return the embeddings of tokens (texts × tokens) and the output of each layer."""
        weights = self._weights
        state = (
            weights["embeddings.word_embeddings.weight"][tokens]
            + weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        states = [self._normalised(state, "embeddings")]
        for number in range(self.config.layers):
            states.append(self._layer(states[-1], f"encoder.layer.{number}"))
        return states

    def _layer(self, state: np.ndarray, layer: str) -> np.ndarray:
        attended = self._dense(self._attention(state, layer), f"{layer}.attention.output.dense")
        state = self._normalised(state + attended, f"{layer}.attention.output")
        inner = self._dense(state, f"{layer}.intermediate.dense")
        inner = inner * (0.5 * (1 + erf(inner * np.float32(0.5**0.5))))  # GELU
        return self._normalised(
            state + self._dense(inner, f"{layer}.output.dense"), layer + ".output"
        )

    def _attention(self, state: np.ndarray, layer: str) -> np.ndarray:
        texts, tokens, width = state.shape
        size = width // self.config.heads
        query, key, value = (
            self._dense(state, f"{layer}.attention.self.{name}")
            .reshape(texts, tokens, self.config.heads, size)
            .transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(size**0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = scores / scores.sum(axis=-1, keepdims=True) @ value
        return mixed.transpose(0, 2, 1, 3).reshape(state.shape)

    def _dense(self, state: np.ndarray, name: str) -> np.ndarray:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        flat = state.reshape(-1, state.shape[-1]) @ weight.T  # one product, not one a text
        return flat.reshape(*state.shape[:-1], -1) + bias

    def _normalised(self, state: np.ndarray, name: str) -> np.ndarray:
        centred = state - state.mean(axis=-1, keepdims=True)
        deviation = np.sqrt(
            np.square(centred).mean(axis=-1, keepdims=True) + np.float32(self.config.epsilon)
        )
        scale, shift = (self._weights[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return centred / deviation * scale + shift


def _plain_name(name: str) -> str:
    """Return a tensor's name as newer files have it."""
    name = name.removeprefix("bert.")
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace(
        "LayerNorm.beta", "LayerNorm.bias"
    )


def _as_float(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32) if array.dtype.kind == "f" else array
