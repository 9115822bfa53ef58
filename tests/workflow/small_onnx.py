"""A network of few weights in an ONNX file."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

RNG = np.random.default_rng(3)
SIDE = 12


def arrays():
    return {
        "kernel": RNG.normal(size=(6, 3, 3, 3)),
        "gamma": RNG.uniform(0.5, 1, 6),
        "beta": RNG.normal(size=6),
        "mean": RNG.normal(size=6),
        "variance": RNG.uniform(1, 2, 6),
        "units": RNG.normal(0, 0.2, size=(6, 4)),
        "shift": RNG.normal(size=4),
    }


def nodes(rest=()):
    return [
        helper.make_node("Conv", ["images", "kernel"], ["c"], name="/body/conv", pads=[1] * 4),
        helper.make_node(
            "BatchNormalization",
            ["c", "gamma", "beta", "mean", "variance"],
            ["n"],
            name="/body/norm",
        ),
        helper.make_node("Relu", ["n"], ["/body/relu_output_0"], name="/body/relu"),
        helper.make_node("Identity", ["/body/relu_output_0"], ["same"], name="/body/same"),
        helper.make_node("GlobalAveragePool", ["same"], ["pooled"], name="/pool"),
        *rest,
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "units", "shift"], ["scores"], name="/head"),
    ]


def model(
    graph_nodes=None,
    shape=("N", 3, SIDE, SIDE),
    kind=TensorProto.FLOAT,
    stored=None,
    further=(),
    output="scores",
):
    made = helper.make_graph(
        graph_nodes or nodes(),
        "net",
        [helper.make_tensor_value_info("images", kind, shape), *further],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [
            numpy_helper.from_array(np.float32(array), name)
            for name, array in (stored or arrays()).items()
        ],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def saved(tmp_path, made):
    path = tmp_path / "net.onnx"
    path.write_bytes(made.SerializeToString())
    return path


def images(count=5, side=SIDE):
    return RNG.integers(0, 256, (count, side, side, 3), dtype=np.uint8)
