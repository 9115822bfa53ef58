"""What a user's keras.json and environment say must not change what a network computes."""

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import hashlib, numpy as np
from semantrace.core.errors import InputError
try:
    from semantrace.networks.with_keras.architectures import find_architecture
    from semantrace.networks.with_keras.keras_network import build
except InputError as error:
    print("refused", error)
    raise SystemExit
network = build(find_architecture({"architecture": "SqueezeNet"}), seed=1)
images = np.random.default_rng(0).uniform(0, 255, (1, 227, 227, 3)).astype("float32")
values = np.asarray(network.part([network.output_of("fire3")])(images)[0])
print(values.dtype, values.shape, hashlib.sha256(values.tobytes()).hexdigest())
"""


def answer(repository, home, **environment):
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(repository / "workflow/scripts"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **environment,
    }
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=variables, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def expected(repository, tmp_path_factory):
    return answer(repository, tmp_path_factory.mktemp("home"))


OLD = {"image_data_format": "channels_first", "backend": "theano", "floatx": "float16"}


@pytest.mark.parametrize(
    ("content", "environment"),
    [
        (json.dumps(OLD | {"epsilon": 0.1}), {"KERAS_BACKEND": "nonsense"}),
        ("{damaged", {"KERAS_NNX_ENABLED": "1"}),
    ],
)
def test_settings_of_the_user_change_nothing(repository, tmp_path, expected, content, environment):
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras/keras.json").write_text(content)
    assert answer(repository, tmp_path, **environment) == expected


def test_settings_that_keras_refuses_are_told_in_a_line(repository, tmp_path):
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras/keras.json").write_text('{"floatx": "float8"}')
    found = answer(repository, tmp_path)
    assert found.startswith(f"refused {tmp_path / '.keras/keras.json'}: Keras cannot start")
