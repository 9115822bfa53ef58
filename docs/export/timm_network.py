"""Export a network of timm: python timm_network.py convnext_tiny.fb_in22k convnext.onnx."""

import sys

import timm
from to_onnx import print_preparation, to_onnx

name, path = sys.argv[1:]
network = timm.create_model(name, pretrained=True)
config = timm.data.resolve_model_data_config(network)
to_onnx(network, path, config["input_size"][1])
print_preparation(*(config[key] for key in ("mean", "std", "interpolation", "crop_pct")))
