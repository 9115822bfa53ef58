"""A study's matrices in rsatoolbox's form, read by rsatoolbox where it is installed."""

import h5py
import numpy as np
import pytest

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.rdm_files import write_rdms

CONCEPTS = ["ant", "bee", "cat", "éclair"]
UPPER = np.triu_indices(4, 1)


@pytest.fixture
def written(tmp_path):
    """A file of one word model and two layers in two groups, and what each of its rows is of."""
    rng = np.random.default_rng(0)
    matrices = [np.corrcoef(rng.normal(size=(4, 9))) for _ in range(5)]
    layers = [
        LayerCorrelations("net", name, index, np.stack(matrices[2 * index + 1 : 2 * index + 3]))
        for index, name in enumerate(["pixels", "deep"])
    ]
    write_rdms(tmp_path / "rdms.h5", CONCEPTS, {"glove": matrices[0]}, layers)
    rows = [
        ("glove", "", ""),
        *[("net", name, group) for name in ("pixels", "deep") for group in "01"],
    ]
    return tmp_path / "rdms.h5", dict(zip(rows, matrices, strict=True))


def test_every_matrix_has_a_row_of_dissimilarities(written):
    path, matrices = written
    with h5py.File(path) as file:
        names = [file["rdm_descriptors"][key].asstr()[:] for key in ("space", "layer", "group")]
        assert list(zip(*names, strict=True)) == list(matrices)
        expected = [1 - matrix[UPPER] for matrix in matrices.values()]
        np.testing.assert_allclose(file["dissimilarities"], expected)
        assert file["pattern_descriptors/concept"][3] == rb"\xe9clair"


def test_rsatoolbox_loads_them(written):
    pytest.importorskip(
        "rsatoolbox", reason="rsatoolbox is not installed; make peers installs it in build/peers"
    )
    from rsatoolbox.rdm import compare, load_rdm

    path, matrices = written
    rdms = load_rdm(str(path))
    assert (rdms.n_rdm, rdms.n_cond) == (5, 4)
    assert rdms.dissimilarity_measure == "correlation"
    found = rdms.get_matrices()
    for number, (space, layer, group) in enumerate(matrices):
        of_rdms = {key: rdms.rdm_descriptors[key][number] for key in ("space", "layer", "group")}
        assert of_rdms == {"space": space, "layer": layer, "group": group}
        np.testing.assert_allclose(found[number][UPPER], 1 - matrices[space, layer, group][UPPER])
    words = rdms.subset("space", "glove")
    images = rdms.subset("layer", "deep")
    assert compare(words, images, method="corr").shape == (1, 2)
