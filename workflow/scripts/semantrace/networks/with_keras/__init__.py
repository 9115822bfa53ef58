"""Networks that Keras runs on TensorFlow: architectures, layers, weights, activations.

Keras takes settings from ``keras.json`` in the user's home and from the environment when it is
imported. They must not change a result, so it is imported here, before any module of this package,
and set to what the networks were written for. Other packages take TensorFlow from here, as `tf`.
"""

import os
from pathlib import Path

from semantrace.core.errors import InputError
from semantrace.core.hidden_packages import hidden


def keras_home() -> Path:
    """Return where Keras keeps its settings and what it downloads."""
    return Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"))  # noqa: PTH111


UNUSED = ("matplotlib", "sklearn")
"""What Keras imports where it is installed, for its own plots and for estimators of scikit-learn.

Nothing here uses these, and they take a quarter of the time in which TensorFlow and Keras load.
"""


def _import_keras() -> None:
    """Import Keras and give it the settings that results depend on.

    Raises
    ------
    InputError
        When Keras refuses the user's ``keras.json`` or environment variables.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["KERAS_NNX_ENABLED"] = "false"
    try:
        with hidden(*UNUSED):
            import keras
    except (ValueError, TypeError, AttributeError, OSError) as error:
        reason = str(error).split("\n")[0]
        raise InputError(
            f"{keras_home() / 'keras.json'}: Keras cannot start with this file and the KERAS_… "
            f"variables of the environment ({reason}); correct or delete the file, and unset the "
            "variables"
        ) from error
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_dtype_policy("float32")


_import_keras()

import tensorflow as tf  # noqa: E402, F401
