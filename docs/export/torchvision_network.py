"""Export a network of torchvision: python torchvision_network.py resnet50 resnet50.onnx."""

import sys

import torchvision
from to_onnx import to_onnx

name, path = sys.argv[1:]
weights = torchvision.models.get_model_weights(name).DEFAULT
to_onnx(
    torchvision.models.get_model(name, weights=weights), path, weights.transforms().crop_size[0]
)
print(f"preprocessing: torch    # {weights.transforms().mean}, {weights.transforms().std}")
print("classes: imagenet       # after a softmax, which most networks of torchvision leave out")
