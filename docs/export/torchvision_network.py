"""Export a network of torchvision: python torchvision_network.py resnet50 resnet50.onnx."""

import sys

import torchvision
from to_onnx import print_preparation, to_onnx

name, path = sys.argv[1:]
weights = torchvision.models.get_model_weights(name).DEFAULT
images = weights.transforms()
(size,), (whole,) = images.crop_size, images.resize_size
to_onnx(torchvision.models.get_model(name, weights=weights), path, size)
print_preparation(images.mean, images.std, images.interpolation.value, size / whole)
print("classes: imagenet")
