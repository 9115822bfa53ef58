"""Networks of ONNX files against onnx's own reference, and files that must be refused."""

import keras
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from scipy.special import softmax
from small_onnx import RNG, SIDE, arrays, images, model, nodes, saved

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.core.errors import InputError
from semantrace.io.files import open_hdf5
from semantrace.networks.devices import prepare_devices
from semantrace.networks.preprocessing import PREPROCESSING
from semantrace.networks.registry import build_network, outline_network, write_network_weights
from semantrace.networks.weights import weights_sha256
from semantrace.networks.with_onnx.onnx_network import OnnxNetwork, onnx_network

CLASSES = ("cat", "dog", "cow", "bus")


def reference(made, tensors, images):
    """Return what onnx's reference computes, in NumPy, of tensors inside a graph."""
    watched = onnx.ModelProto()
    watched.CopyFrom(made)
    del watched.graph.output[:]
    watched.graph.output.extend(
        helper.make_tensor_value_info(one, TensorProto.FLOAT, None) for one in tensors
    )
    return ReferenceEvaluator(watched).run(None, {"images": images})


def scaled(values):
    """Return images as PyTorch's networks take them."""
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return np.float32(np.moveaxis((values / 255 - mean) / deviation, -1, 1))


LAYERS = ("body.conv", "body.norm", "body.relu", "pool", "flat", "head")
TENSORS = ("c", "n", "/body/relu_output_0", "pooled", "flat", "scores")


@pytest.mark.parametrize("batch", ["N", -1, 1, 2, 5])
def test_every_inner_tensor_is_a_layer_in_batches_of_any_size(tmp_path, batch):
    made = model(shape=(batch, 3, SIDE, SIDE))
    network = OnnxNetwork(saved(tmp_path, made), PREPROCESSING["torch"], CLASSES)
    assert network.layers == LAYERS
    assert [network.shape_of(layer) for layer in LAYERS] == [
        *[(6, SIDE, SIDE)] * 3,
        (6, 1, 1),
        (6,),
        (4,),
    ]
    given = images()
    found = network.forward_pass(LAYERS, "float32", 5)(given)
    one_by_one = [reference(made, TENSORS, scaled(given[i : i + 1])) for i in range(5)]
    if batch in ("N", -1, 1):
        for ours, *theirs in zip(found[:-1], *one_by_one, strict=True):
            np.testing.assert_allclose(ours, np.reshape(theirs, (5, -1)), rtol=1e-4, atol=1e-4)
        probabilities = softmax(np.concatenate([outputs[-1] for outputs in one_by_one]), axis=1)
        np.testing.assert_allclose(found[-1], probabilities, atol=1e-5)
    again = network.forward_pass(LAYERS, "float32", 5)(given)
    assert all((ours == theirs).all() for ours, theirs in zip(found, again, strict=True))


def test_channels_last_and_other_types_of_input(tmp_path):
    turn = helper.make_node("Transpose", ["raw"], ["images"], perm=[0, 3, 1, 2])
    widen = helper.make_node("Cast", ["bytes"], ["raw"], to=TensorProto.FLOAT)
    made = model([turn, *nodes()])
    made.graph.input[0].CopyFrom(
        helper.make_tensor_value_info("raw", TensorProto.FLOAT, ("N", SIDE, SIDE, 3))
    )
    given, path = images(2), saved(tmp_path, made)
    expected = OnnxNetwork(path).forward_pass(["head"], "float32", 2)(given)[0]
    assert OnnxNetwork(path).describe()["shape"][0] == f"{SIDE}×{SIDE}×3"
    made.graph.node.insert(0, widen)
    made.graph.input[0].CopyFrom(
        helper.make_tensor_value_info("bytes", TensorProto.UINT8, ("N", SIDE, SIDE, 3))
    )
    saved(tmp_path, made)
    found = OnnxNetwork(path).forward_pass(["head"], "float32", 2)(given)[0]
    np.testing.assert_array_equal(found, expected)


def test_a_graph_of_open_batch_that_takes_one_image_only(tmp_path):
    """As tracing exports a reshape to a batch of one."""
    fixed = [
        helper.make_node("Reshape", ["pooled", "shape"], ["flat"]),
        helper.make_node("Gemm", ["flat", "units", "shift"], ["scores"], name="/head"),
    ]
    made = model([*nodes()[:5], *fixed])
    made.graph.initializer.append(numpy_helper.from_array(np.array([1, 6]), "shape"))
    network = OnnxNetwork(saved(tmp_path, made), PREPROCESSING["torch"])
    given = images(3)
    (found,) = network.forward_pass(["head"], "float32", 3)(given)
    for image, row in zip(given, found, strict=True):
        (expected,) = reference(made, ["scores"], scaled(image[None]))
        np.testing.assert_allclose(row, expected[0], rtol=1e-4, atol=1e-4)


def test_open_sizes_take_the_studys(tmp_path):
    path = saved(tmp_path, model(shape=("N", 3, "H", "W")))
    with pytest.raises(InputError, match="has no fixed height and width .* add input_size"):
        OnnxNetwork(path)
    network = onnx_network({"architecture": str(path), "preprocessing": "tf", "input_size": [8, 9]})
    assert (network.input_size, network.shape_of("body.conv")) == ((8, 9), (6, 8, 9))
    path = saved(tmp_path, model())
    with pytest.raises(InputError, match="input_size is 8×8 but its input is images N × 3 × 12"):
        onnx_network({"architecture": str(path), "preprocessing": "tf", "input_size": 8})


def test_layers_have_one_name_each(tmp_path):
    network = OnnxNetwork(saved(tmp_path, model()))
    message = "no layer '/body/relu_output_0'; the layer of this tensor is called 'body.relu'"
    with pytest.raises(InputError, match=message):
        network.check_layers(["/body/relu_output_0"])
    with pytest.raises(InputError, match="'body.relu' is listed twice"):
        network.check_layers(["body.relu", "body.relu"])
    with pytest.raises(InputError, match="no layer 'body.rely'; did you mean 'body.relu'"):
        network.check_layers(["body.rely"])


def test_what_depends_on_the_number_of_images_alone_is_no_layer(tmp_path):
    """As PyTorch exports a class token, which is expanded to the batch."""
    further = [
        helper.make_node("Shape", ["n"], ["size"]),
        helper.make_node("Gather", ["size", "zero"], ["batch"]),
        helper.make_node("Concat", ["batch", "rest"], ["wanted"], axis=0),
        helper.make_node("Expand", ["token", "wanted"], ["expanded"], name="/token"),
        helper.make_node("Reshape", ["n", "places"], ["tokens"], name="/tokens"),
        helper.make_node("Concat", ["expanded", "tokens"], ["all"], axis=1, name="/all"),
    ]
    made = model(nodes(further))
    made.graph.initializer.extend(
        numpy_helper.from_array(np.array(array), name)
        for name, array in (
            *(("zero", [0]), ("rest", [1, SIDE * SIDE]), ("places", [0, 6, SIDE * SIDE])),
            ("token", np.ones((1, 1, SIDE * SIDE), np.float32)),
        )
    )
    network = OnnxNetwork(saved(tmp_path, made), PREPROCESSING["torch"])
    assert set(network.layers) == {*LAYERS, "tokens", "all"}
    table = network.describe().set_index("layer")
    assert table.loc["all", ["parents", "shape"]].tolist() == ["tokens", f"7×{SIDE * SIDE}"]
    found = network.forward_pass(["all", "all.cls"], "float32", 3)(images(3))
    assert found[0].shape == (3, 7 * SIDE * SIDE)
    assert (found[1] == 1).all()


@pytest.mark.parametrize("preprocessing", ["unit", "torch", {"range": [0, 1]}])
def test_bytes_are_not_scaled(tmp_path, preprocessing):
    """Which would leave nothing of them but zeros and ones."""
    widen = helper.make_node("Cast", ["bytes"], ["images"], to=TensorProto.FLOAT)
    made = model([widen, *nodes()])
    made.graph.input[0].CopyFrom(
        helper.make_tensor_value_info("bytes", TensorProto.UINT8, ("N", 3, SIDE, SIDE))
    )
    spec = {"architecture": str(saved(tmp_path, made))}
    with pytest.raises(InputError, match=r"type uint8, which cannot hold values that preproc"):
        build_network({**spec, "preprocessing": preprocessing})
    assert build_network({**spec, "preprocessing": "none"}).layers[-5:] == LAYERS[1:]


@pytest.mark.parametrize("kinds", [("Softmax",), ("Softmax", "Identity"), ("Softmax", "Cast")])
def test_probabilities_stay_what_they_are(tmp_path, kinds):
    """Whatever hands the softmax of a network on."""
    further = [
        helper.make_node(kind, [source], [name], **({"to": 1} if kind == "Cast" else {}))
        for kind, source, name in zip(kinds, ("scores", "first"), ("first", "second"), strict=False)
    ]
    weights = arrays()
    made = model([*nodes(), *further], stored=weights, output=further[-1].output[0])
    network = OnnxNetwork(saved(tmp_path, made), PREPROCESSING["torch"], CLASSES)
    plain = OnnxNetwork(saved(tmp_path, model(stored=weights)), PREPROCESSING["torch"], CLASSES)
    given = images(2)
    expected, found = (one.forward_pass([], "float32", 2)(given)[0] for one in (plain, network))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_layers_are_described(tmp_path):
    network = OnnxNetwork(saved(tmp_path, model()))
    table = network.describe().set_index("layer")
    assert table["kind"].tolist() == [
        *("Conv", "BatchNormalization", "Relu", "GlobalAveragePool", "Flatten", "Gemm")
    ]
    assert table.loc["body.conv", ["shape", "kernel", "parameters"]].tolist() == [
        *("12×12×6", "3×3", 162)
    ]
    assert table["parents"].tolist() == ["", *LAYERS[:-1]]
    assert table["parameters"].sum() == network.parameters == 162 + 24 + 28
    assert network.rectifier_after("body.conv") == "body.relu"
    assert network.rectifier_after("body.relu") is None
    assert network.rectifier_after("flat") is None


@pytest.mark.parametrize("cuts", [(5,), (2, 5), (1, 2, 3, 4, 5)])
def test_sums_of_classes_are_those_of_the_rows_one_after_the_other(tmp_path, cuts):
    network = OnnxNetwork(saved(tmp_path, model()), PREPROCESSING["unit"])
    given, ends = images(), np.array([2, 3, 5])  # of three classes
    (rows,) = network.forward_pass(["body.relu"], "float32", 5)(given)
    expected, start = [], 0
    for end in ends:
        total = np.zeros(rows.shape[1])
        for row in rows[start:end]:
            total = total + row.astype(np.float64)
        expected.append(total)
        start = end
    add, found, first = network.class_summing(["body.relu"], 5), [], 0
    for stop in cuts:
        batch = np.zeros_like(given)
        batch[: stop - first] = given[first:stop]
        starts = [0, *ends[:-1]]
        within = [number for number in range(3) if ends[number] > first and starts[number] < stop]
        complete = sum(ends[number] <= stop for number in within)
        local = np.minimum(ends[within], stop) - first
        found += list(add(batch, local.astype(np.int32), complete)[0])
        first = stop
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    if cuts == (5,):
        np.testing.assert_array_equal(found, expected)


def test_extraction_writes_layers_and_predictions(tmp_path):
    from PIL import Image

    path = saved(tmp_path, model())
    (tmp_path / "classes.txt").write_text("".join(f"{name}\n" for name in CLASSES))
    spec = {
        "architecture": str(path),
        "preprocessing": "torch",
        "classes": str(tmp_path / "classes.txt"),
    }
    write_network_weights(spec, tmp_path / "weights.h5")
    network = build_network({**spec, "layers": ["body.relu", "head"]}, tmp_path / "weights.h5")
    assert len(weights_sha256(tmp_path / "weights.h5")) == 64
    given = images(3)
    for number, image in enumerate(given):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    extract_activations(
        network,
        ["a", "b", "c"],
        [tmp_path / f"{number}.png" for number in range(3)],
        tmp_path / "out",
        Extraction(("body.relu", "head"), "stretch", "float32", "none", 2, 1, {"network": "net"}),
    )
    (expected,) = reference(model_of(path), ["scores"], scaled(given))
    with open_hdf5(tmp_path / "out/head.h5") as file:
        np.testing.assert_allclose(file["activations"][:], expected, rtol=1e-4, atol=1e-4)
        assert file.attrs["preprocessing"].startswith("stretch to 12×12; RGB 0 to 255, scaled to 0")
    table = pd.read_csv(tmp_path / "out/predictions.tsv", sep="\t")
    first = table[table["rank"] == 1]["wnid"].tolist()
    assert first == [CLASSES[number] for number in expected.argmax(axis=1)]


def model_of(path):
    return onnx.load_model_from_string(path.read_bytes())


def test_images_of_class_vectors_need_gradients(tmp_path):
    network = OnnxNetwork(saved(tmp_path, model()))
    with pytest.raises(InputError, match="need gradients, which only networks of Keras give; take"):
        network.differentiable_pass(["head"])


def further_input():
    return helper.make_tensor_value_info("text", TensorProto.INT64, ("N", 7))


def external():
    made = model()
    tensor = made.graph.initializer[0]
    onnx.external_data_helper.set_external_data(tensor, "weights.bin")
    tensor.ClearField("raw_data")
    return made


def unknown_operator():
    made = model()
    made.graph.node[2].op_type = "Rectify"
    return made


def own_domain():
    made = model()
    made.graph.node[2].domain = "my.company"
    made.opset_import.append(helper.make_opsetid("my.company", 1))
    return made


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: model(further=(further_input(),)), "has 2 inputs .*text N × 7.* export the part"),
        (lambda: model(shape=("N", 7)), "its input is images N × 7, which takes no images"),
        (lambda: model(kind=TensorProto.INT64), "which takes no images"),
        (lambda: model(shape=("N", 1, SIDE, SIDE)), "three channels are needed"),
        (lambda: model(shape=("N", "C", "H", "W")), "images N × C × H × W; three channels"),
        (external, "its array 'kernel' lies in another file, which is not followed; save"),
        (unknown_operator, "operators that ONNX Runtime does not know: Rectify; export"),
        (own_domain, "operators that ONNX Runtime does not know: my.company.Relu; export"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_line(tmp_path, make, message):
    path = saved(tmp_path, make())
    with pytest.raises(InputError, match=message) as raised:
        OnnxNetwork(path)
    (line,) = raised.value.problems
    assert line.startswith(f"{path}: ")


@pytest.mark.parametrize("content", [b"", b"no protobuf", b"\x08\x08"])
def test_a_damaged_file_is_told(tmp_path, content):
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    with pytest.raises(InputError, match="net.onnx: not an ONNX model, or"):
        OnnxNetwork(path)
    with pytest.raises(InputError, match="there is no file"):
        OnnxNetwork(tmp_path / "none.onnx")


def test_a_cut_file_is_told(tmp_path):
    content = model().SerializeToString()
    path = tmp_path / "net.onnx"
    for size in range(1, len(content), 97):
        path.write_bytes(content[:size])
        with pytest.raises(InputError, match=r"net\.onnx: "):
            OnnxNetwork(path).forward_pass(["head"], "float32", 1)


def test_what_a_study_must_say(tmp_path):
    path = saved(tmp_path, model())
    with pytest.raises(InputError, match="does not tell how RGB values are scaled; say what"):
        outline_network({"architecture": str(path)})
    with pytest.raises(InputError, match="preprocessing 'torhc' is unknown; did you mean 'torch'"):
        outline_network({"architecture": str(path), "preprocessing": "torhc"})
    with pytest.raises(InputError, match="the output is 4 but classes has 1000; give a list"):
        outline_network(
            {"architecture": str(path), "preprocessing": "torch", "classes": "imagenet"}
        )


def test_a_keras_network_exported_to_onnx_has_the_same_activations(tmp_path):
    """The operators are written by hand: Keras' own exporter needs tf2onnx or PyTorch."""
    source = keras.Input((SIDE, SIDE, 3))
    flow = keras.layers.Conv2D(6, 3, padding="same", name="conv")(source)
    flow = keras.layers.ReLU(name="relu")(flow)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(flow)
    twin = keras.Model(source, keras.layers.Dense(4, name="head")(pooled))
    kernel, bias = twin.get_layer("conv").get_weights()
    units, shift = twin.get_layer("head").get_weights()
    made = model(
        [
            helper.make_node("Conv", ["images", "k", "b"], ["c"], name="conv", pads=[1] * 4),
            helper.make_node("Relu", ["c"], ["r"], name="relu"),
            helper.make_node("GlobalAveragePool", ["r"], ["p"], name="average"),
            helper.make_node("Flatten", ["p"], ["f"], name="pool"),
            helper.make_node("Gemm", ["f", "u", "s"], ["scores"], name="head"),
        ],
        stored={"k": kernel.transpose(3, 2, 0, 1), "b": bias, "u": units, "s": shift},
    )
    twin.save(tmp_path / "twin.keras")
    spec = {"preprocessing": "torch", "layers": ["conv", "relu", "pool", "head"]}
    given = images(4)
    networks = [
        build_network({**spec, "architecture": str(path)})
        for path in (saved(tmp_path, made), tmp_path / "twin.keras")
    ]
    ours, theirs = (one.forward_pass(spec["layers"], "float32", 4)(given) for one in networks)
    for layer, found, expected in zip(spec["layers"], ours, theirs, strict=True):
        rows = np.asarray(expected)
        if layer in ("conv", "relu"):
            rows = np.moveaxis(rows.reshape(4, SIDE, SIDE, 6), -1, 1).reshape(4, -1)
        np.testing.assert_allclose(found, rows, rtol=1e-4, atol=1e-5)


def test_a_graph_that_onnx_runtime_refuses_is_told(tmp_path):
    stored = arrays() | {"kernel": RNG.normal(size=(6, 2, 3, 3))}  # for images of two channels
    path = saved(tmp_path, model(stored=stored))
    with pytest.raises(InputError, match="ONNX Runtime cannot run this graph .*; export the net"):
        OnnxNetwork(path).forward_pass(["head"], "float32", 1)(images(1))


def test_a_gpu_that_is_demanded_and_missing(tmp_path):
    prepare_devices(False, "net.onnx")
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("ONNX Runtime has a CUDA provider here")
    with pytest.raises(InputError, match="ONNX Runtime has no CUDA provider; install onnxruntime"):
        prepare_devices(True, "net.onnx")


def test_other_weights_than_the_files_own_are_refused(tmp_path):
    spec = {"architecture": str(saved(tmp_path, model())), "preprocessing": "unit"}
    for weights in ({"seed": 1}, "imagenet", {"file": "other.h5", "sha256": 64 * "0"}):
        with pytest.raises(InputError, match="brings its own weights; name it .* or leave"):
            write_network_weights(spec | {"weights": weights}, tmp_path / "w.h5")
    assert not (tmp_path / "w.h5").exists()
