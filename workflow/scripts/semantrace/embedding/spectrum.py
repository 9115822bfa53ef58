"""An image given by its spectrum: the form in which it is changed to fit a network.

A descent on pixels ends in noise that only the network can read. A descent on the amplitudes of
waves and of colour contrasts, each in units of what photographs have of it, ends in shapes and
colours. Photographs have amplitudes in inverse proportion to the frequency (Field 1987, Relations
between the statistics of natural images and the response properties of cortical cells), and differ
in brightness most, then between red and blue, then between green and magenta (Ohta, Kanade & Sakai
1980, Color information for region segmentation). For networks: Olah, Mordvintsev & Schubert 2017,
Feature visualization, doi:10.23915/distill.00007.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from semantrace.networks.with_keras import tf

WHITE = 255.0

CONTRASTS = np.array(
    [
        [1, 1, 1],  # brightness
        [1, 0, -1],  # red against blue
        [-1, 2, -1],  # green against magenta
    ]
)
CONTRAST_SPREADS = np.array([1.0, 0.5, 0.3])
"""How much an image is taken to differ along each contrast, relative to brightness. For colours
it is about twice what photographs have: they say little to a network, and would come out grey."""


def cosine_waves(count: int) -> np.ndarray:
    """Return the orthonormal cosine waves over some pixels (waves × pixels), the constant first.

    They are those of the discrete cosine transform of type 2, which has no seam at the edges.
    """
    places = np.arange(count) + 0.5
    waves = np.sqrt(2 / count) * np.cos(np.pi / count * np.outer(np.arange(count), places))
    waves[0] = np.sqrt(1 / count)
    return waves


@dataclass(frozen=True)
class ImageSpectrum:
    """From spectra to images of one size.

    Attributes
    ----------
    height, width : int
        Pixels.
    """

    height: int
    width: int

    @cached_property
    def amplitudes(self) -> np.ndarray:
        """Amplitude of each wave in a photograph (height × width), of root mean square one."""
        rows, columns = np.arange(self.height), np.arange(self.width)
        frequency = np.hypot(rows[:, None] / self.height, columns / self.width)
        frequency[0, 0] = 1 / max(self.height, self.width)
        return (1 / frequency) / np.sqrt(np.mean(1 / frequency**2))

    @cached_property
    def colours(self) -> np.ndarray:
        """RGB of one unit of each contrast (contrasts × 3); that of brightness is (1, 1, 1)."""
        lengths = np.linalg.norm(CONTRASTS, axis=1)
        return CONTRASTS * (CONTRAST_SPREADS * lengths[0] / lengths)[:, None]

    def image(self, spectrum: tf.Tensor) -> tf.Tensor:
        """Return the image of a spectrum.

        Parameters
        ----------
        spectrum : tf.Tensor, 3 × height × width
            For each contrast, the amplitudes of the waves in units of `amplitudes`. Of plain grey,
            all are zero.

        Returns
        -------
        tf.Tensor, height × width × 3
            RGB between 0 and 255, where a sigmoid keeps it.
        """
        down, across, amplitudes, colours = (
            tf.constant(matrix, spectrum.dtype)
            for matrix in (
                cosine_waves(self.height),
                cosine_waves(self.width),
                self.amplitudes,
                self.colours,
            )
        )
        contrasts = tf.matmul(down, spectrum * amplitudes, transpose_a=True) @ across
        return WHITE * tf.sigmoid(tf.tensordot(tf.transpose(contrasts, (1, 2, 0)), colours, 1))
