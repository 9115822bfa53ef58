"""Layers by pattern, held against regular expressions and against real networks."""

import re

import pytest
from onnx import TensorProto, helper

from semantrace.core.errors import InputError
from semantrace.study.layer_names import layer_names
from semantrace.study.layer_patterns import ListedLayer, matching_layers, with_named_layers

LAYERS = [
    *(
        ListedLayer(f"block1_{name}", poolings=("mean", "max"))
        for name in ("conv1", "conv2", "pool")
    ),
    *(ListedLayer(f"block2_{name}", poolings=("mean", "max")) for name in ("conv1", "conv10")),
    ListedLayer("backbone.add", ("/backbone/Add_output_0", "add"), ("mean", "max", "cls")),
    ListedLayer("head"),
]
FULL = [one.name for one in LAYERS]


@pytest.mark.parametrize(
    ("pattern", "expression"),
    [
        ("block*_conv?", r"block.*_conv."),
        ("block[12]_conv1", r"block[12]_conv1"),
        ("*1*", r".*1.*"),
        ("*", r".*"),
        ("*/Add_output_0", r"backbone\.add"),
        ("all", r".*"),
    ],
)
def test_patterns_are_regular_expressions_in_the_networks_order(pattern, expression):
    expected = [name for name in FULL if re.fullmatch(expression, name)]
    assert matching_layers([pattern], LAYERS) == expected
    assert matching_layers(["head", pattern], LAYERS) == [
        name for name in FULL if name in expected or name == "head"
    ]


def test_names_alone_keep_the_studys_order():
    assert matching_layers(["head", "block1_pool"], LAYERS) == ["head", "block1_pool"]


def test_a_pattern_for_nothing_is_told():
    with pytest.raises(InputError) as raised:
        matching_layers(["block1_conf*", "head", "/backbone/Add_output_1"], LAYERS)
    first, second = raised.value.problems
    assert first.startswith("'block1_conf*' stands for no layer; did you mean")
    assert second.endswith("did you mean '/backbone/Add_output_0'?")


STUDY = {
    "networks": {"net": {"layers": ["block*_conv?", "head"]}, "other": {"layers": ["a", "b"]}},
    "visual_embedding": {
        "networks": {
            "net": {"layer_sets": {"convolutions": ["*conv*"], "last": ["head"]}},
            "other": {"layer_sets": {"all": ["all"], "one": ["b"]}},
        },
        "inversion": {"networks": {"other": ["[ab]"]}},
    },
}


def test_pooled_layers_of_a_study():
    study = {
        "networks": {"net": {"layers": ["*conv1.mean", "head"]}},
        "visual_embedding": {
            "networks": {"net": {"layer_sets": {"one": ["block1_conv1.mean"], "two": ["*.mean"]}}}
        },
    }
    named = with_named_layers(study, {"net": LAYERS})
    pooled = ["block1_conv1.mean", "block2_conv1.mean"]
    assert named["networks"]["net"]["layers"] == [*pooled, "head"]
    sets = named["visual_embedding"]["networks"]["net"]["layer_sets"]
    assert sets == {"one": pooled[:1], "two": pooled}


def test_the_tensor_of_a_layer_is_its_name_in_every_list():
    tensor = "/backbone/Add_output_0"
    study = {
        "networks": {"net": {"layers": [tensor, "*/Add_output_0.cls"]}},
        "visual_embedding": {
            "networks": {"net": {"layer_sets": {"one": [tensor], "two": [f"{tensor}.cls"]}}}
        },
    }
    named = with_named_layers(study, {"net": LAYERS})
    assert named["networks"]["net"]["layers"] == ["backbone.add", "backbone.add.cls"]
    sets = named["visual_embedding"]["networks"]["net"]["layer_sets"]
    assert sets == {"one": ["backbone.add"], "two": ["backbone.add.cls"]}


def test_every_list_of_a_study_names_its_layers():
    named = with_named_layers(STUDY, {"net": LAYERS})
    convolutions = ["block1_conv1", "block1_conv2", "block2_conv1"]
    assert named["networks"]["net"]["layers"] == [*convolutions, "head"]
    assert named["networks"]["other"]["layers"] == ["a", "b"]
    embedded = named["visual_embedding"]["networks"]
    sets = {name: part["layer_sets"] for name, part in embedded.items()}
    assert sets == {
        "net": {"convolutions": convolutions, "last": ["head"]},
        "other": {"all": ["a", "b"], "one": ["b"]},
    }
    assert named["visual_embedding"]["inversion"]["networks"] == {"other": ["a", "b"]}
    assert STUDY["networks"]["net"]["layers"] == ["block*_conv?", "head"]


def test_a_layer_set_of_another_layer_is_told():
    study = {
        "networks": {"net": {"layers": ["*conv?"]}},
        "visual_embedding": {"networks": {"net": {"layer_sets": {"s": ["head"], "t": ["p*"]}}}},
    }
    with pytest.raises(InputError) as raised:
        with_named_layers(study, {"net": LAYERS})
    first, second = raised.value.problems
    where = "visual_embedding.networks.net.layer_sets."
    assert first.startswith(f"{where}s: 'head' is not among the network's layers; ")
    assert second.startswith(f"{where}t: 'p*' stands for no layer; ")


def test_real_networks_are_asked_once(tmp_path, capsys):
    resources = str(tmp_path / "resources")
    names = layer_names("s", {"architecture": "SqueezeNet"}, None, resources)
    assert [one.name for one in names][:3] == ["conv1", "pool1", "fire2_squeeze1x1"]
    assert names[0].poolings == ("mean", "max")
    assert names[-1].poolings == ()
    assert "s: its layers are listed once" in capsys.readouterr().err
    assert layer_names("s", {"architecture": "SqueezeNet"}, None, resources) == names
    assert capsys.readouterr().err == ""
    with pytest.raises(InputError, match=r"^networks\.s: architecture 'SqueezNet' is unknown; did"):
        layer_names("s", {"architecture": "SqueezNet"}, None, resources)


def test_the_tensors_of_a_graph_are_names_too(tmp_path):
    graph = helper.make_graph(
        [helper.make_node("Relu", ["images"], ["/a/relu_output_0"], name="/a/relu")],
        "net",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("N", 3, 4, 4))],
        [helper.make_tensor_value_info("/a/relu_output_0", TensorProto.FLOAT, None)],
    )
    path = tmp_path / "net.onnx"
    path.write_bytes(helper.make_model(graph, ir_version=8).SerializeToString())
    settings = {"architecture": str(path), "preprocessing": "unit"}
    names = layer_names("net", settings, None, str(tmp_path / "resources"))
    assert names == [ListedLayer("a.relu", ("/a/relu_output_0",), ("mean", "max"))]
    assert matching_layers(["*/relu_output_0"], names) == ["a.relu"]
