"""Networks: what one is, which there are, preprocessing, poolings and weights.

What runs them is in `with_keras` and `with_onnx`, which are loaded for networks of that kind alone.
Which images go through them, and what is kept of their activations, is not decided here.
"""
