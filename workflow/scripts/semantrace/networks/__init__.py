"""Networks: architectures, preprocessing, layers and weights. Needs TensorFlow."""
