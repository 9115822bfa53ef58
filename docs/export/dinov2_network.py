"""Export a DINOv2: python dinov2_network.py dinov2_vits14 dinov2.onnx."""

import sys

import torch
from to_onnx import to_onnx

name, path = sys.argv[1:]
to_onnx(torch.hub.load("facebookresearch/dinov2", name), path, 224)
print("preprocessing: torch")
print("layers: [blocks.?.Add_1, blocks.??.Add_1]    # each block's output; or with .cls or .mean")
