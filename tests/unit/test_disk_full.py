"""A disk that really fills up: one line, and nothing left behind."""

import subprocess
import sys

import pytest

WRITERS = {
    "hdf5": """
        with create_hdf5(folder / "a.h5") as file:
            file.create_dataset("x", data=np.random.default_rng(0).random(1_000_000))
    """,
    "large hdf5": """
        with create_large_hdf5(folder / "a.h5", 8_000_000) as file:
            file.create_dataset("x", data=np.random.default_rng(0).random(1_000_000))
    """,
    "table": """
        write_tsv(pd.DataFrame(np.random.default_rng(0).random((100_000, 9))), folder / "a.tsv")
    """,
    "activations": """
        values = np.random.default_rng(0).random((40, 50_000)).astype(np.float32)
        layers = [StoredLayer("a", (50_000,), "float32"), StoredLayer("b", (50_000,), "float32")]
        with atomic_path(folder / "activations") as temporary:
            temporary.mkdir()
            with ActivationWriter(temporary, list(map(str, range(40))), layers) as writer:
                for start in range(0, 40, 4):
                    writer.write(start, [values[start : start + 4]] * 2)
    """,
    "word vectors": """
        source = Path("/tmp") / f"semantrace-{os.getpid()}"
        np.save(f"{source}.npy", np.random.default_rng(0).random((9_000, 100)))
        Path(f"{source}.txt").write_text("\\n".join(f"w{i}" for i in range(9_000)) + "\\n")
        settings = {"format": "array", "array": f"{source}.npy", "vocabulary": f"{source}.txt"}
        try:
            store_word_vectors(settings, folder / "a.npy", folder / "a.txt", folder)
        finally:
            Path(f"{source}.npy").unlink()
            Path(f"{source}.txt").unlink()
    """,
}

SCRIPT = """
import os, sys, textwrap
from pathlib import Path
import numpy as np
import pandas as pd
from semantrace.activations.writer import ActivationWriter, StoredLayer
from semantrace.core.errors import InputError
from semantrace.io.files import atomic_path, create_hdf5, create_large_hdf5, write_tsv
from semantrace.words.word_vector_storage import store_word_vectors
folder = Path(sys.argv[1])
try:
    exec(textwrap.dedent(sys.stdin.read()))
except InputError as error:
    print(error)
    print(sorted(path.name for path in folder.iterdir()))
"""


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_is_one_line_and_leaves_nothing(small_disk, repository, writer):
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(small_disk)],
        input=WRITERS[writer],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(repository / "workflow/scripts")},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    message, left = result.stdout.splitlines()
    assert "the disk is full" in message
    assert "make room and run the same command again" in message
    assert left == "[]"
