"""Networks in ONNX files, which ONNX Runtime runs: graphs, their input, sessions, activations."""
