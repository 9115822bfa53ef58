"""Export the images' side of a CLIP: python open_clip_network.py ViT-B-32 openai clip.onnx."""

import sys

import open_clip
from to_onnx import to_onnx

name, pretrained, path = sys.argv[1:]
network = open_clip.create_model(name, pretrained=pretrained).visual
size = network.image_size
to_onnx(network, path, size if isinstance(size, int) else size[0])
print("preprocessing: clip")
