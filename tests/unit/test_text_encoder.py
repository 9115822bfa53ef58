"""Text encoders against explicit loops, and MiniLM against PyTorch's run of the same weights."""

import json
import math
import re

import numpy as np
import pytest
import yaml
from packaged import study_source
from safetensors.numpy import save_file
from small_encoder import (
    CONFIG,
    HEADS,
    LAYERS,
    POSITIONS,
    WIDTH,
    WORDS,
    encoder_weights,
    write_encoder,
)

from semantrace.core.errors import InputError
from semantrace.study.text_encoders import check_encoder, layered_encoders, with_encoder_layers
from semantrace.taxonomy.imagenet import class_wnids
from semantrace.words.encoded_names import names_to_encode, store_encoded_names
from semantrace.words.text_encoder import TextEncoder
from semantrace.words.word_model_quality import word_model_quality
from semantrace.words.word_vectors import WordVectors

TEXTS = ["zebra", "ice cream", "a photo of a dog", "dog", "whale", "zebra of ice cream"]
TOKENS = {
    "zebra": [2, 10, 11, 3],
    "ice cream": [2, 7, 8, 3],
    "a photo of a dog": [2, 4, 5, 6, 4, 9, 3],
    "dog": [2, 9, 3],
    "whale": [2, 1, 3],
    "zebra of ice cream": [2, 10, 11, 6, 7, 8, 3],
}


def normalised(values, scale, shift):
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return [
        (value - mean) / math.sqrt(variance + CONFIG["layer_norm_eps"]) * one + other
        for value, one, other in zip(values, scale, shift, strict=True)
    ]


def dense(values, weight, bias):
    return [
        sum(one * other for one, other in zip(row, values, strict=True)) + shift
        for row, shift in zip(weight, bias, strict=True)
    ]


def states_by_loops(tokens, weights):
    """The network of Devlin et al. 2019, number by number."""
    weights = {name: array.astype(float).tolist() for name, array in weights.items()}

    def apply(function, values, name):
        return function(values, weights[f"{name}.weight"], weights[f"{name}.bias"])

    embeddings = [
        weights[f"embeddings.{kind}_embeddings.weight"]
        for kind in ("word", "position", "token_type")
    ]
    states = [
        [
            apply(
                normalised,
                [
                    sum(parts)
                    for parts in zip(
                        embeddings[0][token], embeddings[1][place], embeddings[2][0], strict=True
                    )
                ],
                "embeddings.LayerNorm",
            )
            for place, token in enumerate(tokens)
        ]
    ]
    size = WIDTH // HEADS
    for number in range(LAYERS):
        layer, state = f"encoder.layer.{number}", states[-1]
        query, key, value = (
            [apply(dense, one, f"{layer}.attention.self.{name}") for one in state]
            for name in ("query", "key", "value")
        )
        after = []
        for place, one in enumerate(state):
            mixed = []
            for head in range(HEADS):
                part = slice(head * size, (head + 1) * size)
                scores = [
                    math.exp(
                        sum(a * b for a, b in zip(query[place][part], other[part], strict=True))
                        / math.sqrt(size)
                    )
                    for other in key
                ]
                for column in range(head * size, (head + 1) * size):
                    mixed.append(
                        sum(
                            score * other[column]
                            for score, other in zip(scores, value, strict=True)
                        )
                        / sum(scores)
                    )
            attended = apply(dense, mixed, f"{layer}.attention.output.dense")
            inner = apply(
                normalised,
                [a + b for a, b in zip(one, attended, strict=True)],
                f"{layer}.attention.output.LayerNorm",
            )
            wide = apply(dense, inner, f"{layer}.intermediate.dense")
            wide = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in wide]
            output = apply(dense, wide, f"{layer}.output.dense")
            after.append(
                apply(
                    normalised,
                    [a + b for a, b in zip(inner, output, strict=True)],
                    f"{layer}.output.LayerNorm",
                )
            )
        states.append(after)
    return np.array(states)


@pytest.fixture
def settings(tmp_path):
    return write_encoder(tmp_path / "encoder")


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_each_layer_is_that_of_explicit_loops(settings, pooling):
    embedded = TextEncoder(settings).embed(TEXTS, [0, 1, -1], pooling)
    assert embedded.shape == (3, len(TEXTS), WIDTH)
    for column, text in enumerate(TEXTS):
        states = states_by_loops(TOKENS[text], encoder_weights())
        expected = states.mean(axis=1) if pooling == "mean" else states[:, 0]
        np.testing.assert_allclose(embedded[:, column], expected, atol=1e-5)


def test_no_text_depends_on_what_stands_beside_it(settings):
    encoder = TextEncoder(settings)
    many = [TEXTS[number % len(TEXTS)] for number in range(400)]
    embedded = encoder.embed(many, [0, 1, 2])
    alone = np.concatenate([encoder.embed([text], [0, 1, 2]) for text in TEXTS], axis=1)
    repeated = alone[:, np.arange(400) % len(TEXTS)]
    np.testing.assert_allclose(embedded, repeated, atol=2e-6)
    assert encoder.embed(many, [0, 1, 2]).tobytes() == embedded.tobytes()


def test_older_names_of_weights_are_known(settings, tmp_path):
    renamed = {
        f"bert.{name}".replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): array
        for name, array in encoder_weights().items()
    }
    older = write_encoder(tmp_path / "older", renamed)
    expected = TextEncoder(settings).embed(TEXTS, [2])
    assert TextEncoder(older).embed(TEXTS, [2]).tobytes() == expected.tobytes()


# Independent run: the hidden states of transformers 5.24.0 on PyTorch 2.13.0, averaged over all
# tokens; the first three numbers of each vector, and cosines with the first text's.
REFERENCE_TEXTS = ["zebra", "ice cream", "a photo of a teapot", "horse", "Jerusalem"]
REFERENCE = {
    0: (
        [
            [0.138064, 0.004629, -0.255092],
            [0.125718, -0.015457, 0.480358],
            [-0.069517, 0.142474, 0.219584],
            [0.464372, 0.143830, -0.185604],
            [0.184809, 0.234620, -0.227232],
        ],
        [1.0, 0.476960, 0.365976, 0.633184, 0.514798],
    ),
    3: (
        [
            [0.054581, 0.225483, -0.184616],
            [0.009352, -0.043699, 0.188177],
            [0.093148, 0.386664, 0.142696],
            [0.399465, 0.173668, -0.249571],
            [0.212378, 0.643829, -0.271157],
        ],
        [1.0, 0.638149, 0.551726, 0.800205, 0.695988],
    ),
    6: (
        [
            [-0.995930, 0.656285, -0.191863],
            [-0.298385, -0.189397, 0.242345],
            [-0.167347, 0.472917, 0.071334],
            [-0.203009, 0.441132, 0.207266],
            [0.622870, 1.199327, -0.045125],
        ],
        [1.0, 0.166799, 0.108051, 0.462286, 0.166216],
    ),
}


@pytest.fixture(scope="module")
def minilm(repository):
    source = study_source(repository, "gallery", "word_vectors", "minilm")
    return source | {"pooling": "mean", "template": "{word}"}


def test_minilm_gives_what_pytorch_gives(minilm):
    embedded = TextEncoder(minilm).embed(REFERENCE_TEXTS, list(REFERENCE))
    for vectors, (numbers, cosines) in zip(embedded, REFERENCE.values(), strict=True):
        np.testing.assert_allclose(vectors[:, :3], numbers, atol=1e-5)
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        np.testing.assert_allclose(unit @ unit[0], cosines, atol=1e-5)


def test_minilm_embeds_every_class_and_agrees_with_people(minilm, wordnet, tmp_path):
    names = names_to_encode({}, [], wordnet, True)
    store_encoded_names(minilm | {"layers": [6]}, names, tmp_path / "m.npy", tmp_path / "m.txt")
    model = WordVectors.open(tmp_path / "m.npy", tmp_path / "m.txt", place=0)
    table = word_model_quality("minilm", model, wordnet, True)
    assert table["imagenet_classes"].tolist() == [1000, 1000]
    assert (table["known_pairs"] == table["pairs"]).all()
    assert table["spearman"].round(3).tolist() == [0.446, 0.729]


@pytest.mark.parametrize("lowercase", [True, False])
def test_every_class_is_covered_in_small_letters_and_in_capitals(wordnet, lowercase):
    names = names_to_encode({}, [], wordnet, lowercase)
    model = WordVectors("all", np.ones((len(names), 1), np.float32), names)
    table = word_model_quality("all", model, wordnet, lowercase)
    assert table["imagenet_classes"].tolist() == [1000, 1000]


def test_names_are_those_that_anyone_looks_up(wordnet):
    names = names_to_encode(
        {"n1": ["ice_cream"]}, ["n02084071", "jay.n.02", "my own class"], wordnet, True
    )
    assert names == sorted(set(names))
    assert {"ice cream", "domestic dog", "tench", "tinca tinca", "Jerusalem", "jay"} <= set(names)
    assert not {"my own class", "ice_cream"} & set(names)
    for wnid in class_wnids():
        assert wordnet.lemmas(wnid)[0].replace("_", " ").lower() in names


def test_stored_layers_are_looked_up_by_their_place(settings, tmp_path):
    names = ["dog", "ice cream", "zebra"]
    chosen = settings | {"layers": [0, 2], "template": "a photo of a {word}"}
    store_encoded_names(chosen, names, tmp_path / "e.npy", tmp_path / "e.txt")
    texts = [f"a photo of a {name}" for name in ("zebra", "ice cream")]
    expected = TextEncoder(settings).embed(texts, [0, 2])
    for place in (0, 1):
        model = WordVectors.open(tmp_path / "e.npy", tmp_path / "e.txt", place=place)
        np.testing.assert_allclose(model.of(["zebra", "ice_cream"]), expected[place], atol=1e-6)
    with pytest.raises(InputError, match=re.escape("e.npy: the stored word vectors are damaged")):
        WordVectors.open(tmp_path / "e.npy", tmp_path / "e.txt", place=2)


# Layers in a study


def expanded(model, **others):
    return with_encoder_layers({"word_vectors": {"small": model, **others}}, {}, "")["word_vectors"]


def test_each_of_several_layers_is_a_word_model(settings):
    models = expanded(settings | {"layers": "all"}, other={"format": "csv"})
    assert list(models) == ["small.0", "small.1", "small.2", "other"]
    one = models["small.1"]
    assert (one["encoder"], one["layer"], one["place"], one["layers"]) == ("small", 1, 1, [0, 1, 2])
    assert one["title"] == "Small, layer 1"
    for layers in ([2, 0], [-1, 0], [-3, -1]):
        models = expanded(settings | {"layers": layers})
        assert list(models) == ["small.0", "small.2"]
        assert [model["layer"] for model in models.values()] == [0, 2]
    with pytest.raises(InputError, match=r"layer 2 of 2 is listed twice, once as -1; list it once"):
        expanded(settings | {"layers": [2, -1]})
    assert list(expanded(settings)) == ["small"]
    assert expanded(settings)["small"]["title"] == "Small"


def test_encoders_of_several_layers_are_known_before_and_after_they_are_named(settings):
    for layers, several in (("all", ["small"]), ([0, 1], ["small"]), ([-1], [])):
        study = {"word_vectors": {"small": settings | {"layers": layers}, "x": {"format": "csv"}}}
        assert layered_encoders(study) == several
        assert layered_encoders(with_encoder_layers(study, {}, "")) == several


def test_a_layer_and_another_model_of_one_name(settings):
    with pytest.raises(InputError, match=r"^word_vectors.small.1: layer 1 of small has this name"):
        expanded(settings | {"layers": "all"}, **{"small.1": {"format": "csv"}})


# What cannot be used


def refused(change, settings, message):
    with pytest.raises(InputError, match=message) as error:
        change(settings)
    assert len(error.value.problems) == 1
    assert "\n" not in error.value.problems[0]


def opened(settings):
    return TextEncoder(settings)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "config.json: not the config.json of a BERT network"),
        ("[]", "config.json: not the config.json of a BERT network"),
        ('{"model_type": "bert"}', "KeyError: 'num_hidden_layers'"),
        (json.dumps(CONFIG | {"model_type": "roberta"}), "model_type is 'roberta'; take a text"),
        (json.dumps(CONFIG | {"hidden_act": "relu"}), "hidden_act is 'relu'; take a text"),
        (
            json.dumps(CONFIG | {"position_embedding_type": "relative_key"}),
            "position_embedding_type is 'relative_key'",
        ),
    ],
)
def test_configurations_of_other_networks(settings, tmp_path, content, message):
    (tmp_path / "encoder/config.json").write_text(content)
    refused(opened, settings, message)
    refused(lambda some: check_encoder(some, "word_vectors.small"), settings, message)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("model.safetensors", "model.safetensors: not a file of safetensors, or damaged"),
        ("tokenizer.json", "tokenizer.json: not a tokenizer.json"),
    ],
)
@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x04 pickled", b"\x10" * 40])
def test_damaged_files(settings, tmp_path, file, content, message):
    (tmp_path / "encoder" / file).write_bytes(content)
    refused(opened, settings, message)


def test_files_of_different_networks(settings, tmp_path):
    other = write_encoder(tmp_path / "other", encoder_weights(), words=(*WORDS, "whale"))
    refused(opened, settings | {"tokenizer": other["tokenizer"]}, "of embeddings.word_embeddings")
    deeper = tmp_path / "deeper.json"
    deeper.write_text(json.dumps(CONFIG | {"num_hidden_layers": 3}))
    refused(
        opened, settings | {"config": str(deeper)}, r"of encoder.layer.2.output.dense.bias .*none"
    )
    save_file({"weight": np.zeros(3, np.float32)}, tmp_path / "one.safetensors")
    refused(opened, settings | {"file": str(tmp_path / "one.safetensors")}, "it has none")


def test_missing_and_changed_files(settings):
    refused(
        opened, settings | {"file": "nowhere.safetensors"}, "word_vectors.file: there is no file"
    )
    refused(opened, settings | {"sha256": "0" * 64}, "word_vectors.sha256")


def test_layers_and_texts_that_it_does_not_take(settings):
    refused(
        lambda some: check_encoder(some | {"layers": [3]}, "word_vectors.small"),
        settings,
        r"no layer 3; its layers are 0 \(the embeddings\) to 2",
    )
    encoder = TextEncoder(settings)
    for layer in (3, -4):
        refused(lambda one: encoder.embed(["dog"], [one]), layer, f"no layer {layer}; its layers")
    long = " ".join(["dog"] * (POSITIONS - 1))
    refused(
        lambda text: encoder.embed([text], [0]), long, "is 81 tokens long, and the network takes 80"
    )
    assert encoder.embed([long.removesuffix(" dog")], [0]).shape == (1, 1, WIDTH)


def test_the_schema_and_the_encoder_agree_on_what_can_be_pooled(repository):
    from semantrace.words.text_encoder import POOLINGS

    schema = yaml.safe_load((repository / "workflow/schemas/study.schema.yaml").read_text())
    model = schema["$defs"]["word_vectors"]["properties"]
    assert set(model["pooling"]["enum"]) == set(POOLINGS)
