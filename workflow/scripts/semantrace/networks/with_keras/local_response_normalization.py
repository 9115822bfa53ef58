"""Local response normalisation across channels, as Caffe computes it."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="semantrace")
class LocalResponseNormalization(keras.layers.Layer):
    """Divides each value by a power of the mean square of the channels around it.

    With x the values of one place and c a channel, the output is
    x[c] / (k + alpha / local_size · Σ x[c']²) ** beta, where c' runs over the local_size channels
    centred on c, as far as they exist.

    Source: Krizhevsky et al. 2012, section 3.3, who do not divide alpha; Caffe and ONNX do.

    Parameters
    ----------
    local_size : int
        Number of channels that are summed, odd.
    alpha, beta, k : float
        As above; the defaults are Caffe's for ImageNet networks.
    """

    def __init__(
        self,
        local_size: int = 5,
        alpha: float = 1e-4,
        beta: float = 0.75,
        k: float = 1.0,
        **options,
    ):
        super().__init__(**options)
        self.local_size, self.alpha, self.beta, self.k = local_size, alpha, beta, k

    def call(self, maps: tf.Tensor) -> tf.Tensor:
        """Return the normalised maps, batch × height × width × channels like those given."""
        return tf.nn.local_response_normalization(
            maps,
            depth_radius=self.local_size // 2,
            bias=self.k,
            alpha=self.alpha / self.local_size,
            beta=self.beta,
        )

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Return the shape of the maps, which does not change."""
        return input_shape

    def get_config(self) -> dict[str, object]:
        """Return what a saved model needs to build this layer again."""
        settings = {
            "local_size": self.local_size,
            "alpha": self.alpha,
            "beta": self.beta,
            "k": self.k,
        }
        return super().get_config() | settings
