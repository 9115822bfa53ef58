"""Tables of norms as word models, against the csv module of pandas, and what is refused."""

import gzip

import numpy as np
import pandas as pd
import pytest

from semantrace.core.errors import InputError
from semantrace.words.word_vector_formats import check_model
from semantrace.words.word_vector_storage import store_word_vectors
from semantrace.words.word_vectors import WordVectors

ROWS = {
    "Word": ["A CAPPELLA", "DOG", "NULL", 'SAY "HI"', "CAFÉ, BAR"],
    "Visual": [1.5, 4.75, 0, 2, 3],
    "Loud": [4.25, 3, 1, 2, 1],
    "Dominant": ["ear", "eye", "", "ear", "eye"],
    "Haptic": [-1, 1e-3, 7, 0.5, 2],
}
COLUMNS = ["Haptic", "Visual"]


def stored(tmp_path, path, columns=COLUMNS, **more):
    settings = {"format": "csv", "file": str(path), "columns": columns, **more}
    check_model(settings)
    store_word_vectors(settings, tmp_path / "m.npy", tmp_path / "m.txt", tmp_path)
    return WordVectors.open(tmp_path / "m.npy", tmp_path / "m.txt", "upper")


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_words_and_columns_are_pandas(tmp_path, separator, encoding):
    path = tmp_path / "norms.csv"
    pd.DataFrame(ROWS).to_csv(path, sep=separator, index=False, encoding=encoding)
    model = stored(tmp_path, path)
    expected = pd.read_csv(path, sep=separator, keep_default_na=False, encoding=encoding)
    assert model.vocabulary == expected["Word"].tolist() == ROWS["Word"]
    np.testing.assert_array_equal(model.vectors, expected[COLUMNS].astype(np.float32))
    np.testing.assert_allclose(model.of(["dog", "a_cappella"]), [[1e-3, 4.75], [-1, 1.5]])


def test_a_packed_table_and_dimensions(tmp_path):
    path = tmp_path / "norms.csv.gz"
    path.write_bytes(gzip.compress(pd.DataFrame(ROWS).to_csv(index=False).encode()))
    assert stored(tmp_path, path, dimensions=2).vectors.shape == (5, 2)
    with pytest.raises(InputError, match="2 dimensions, but the study says 3"):
        stored(tmp_path, path, dimensions=3)


@pytest.mark.parametrize(
    ("content", "columns", "message"),
    [
        ("w,a\ndog,1\n", ["b"], "no column 'b'; known: a"),
        ("w,Visual\ndog,1\n", ["visual"], "no column 'visual'; did you mean 'Visual'"),
        ("w,a\ndog,1\n", ["w"], "no column 'w'"),
        ("w,a\ndog,1\ncat,eye\n", ["a"], "line 3 has 'eye' in column 'a', which is no number"),
        ("w,a\ndog,\n", ["a"], "line 2 has '' in column 'a'"),
        ("w,a\ndog,1\ncat,1,2\n", ["a"], "line 3 has 3 fields where the first has 2"),
        ("w,a\ndog,nan\n", ["a"], "the vector of 'dog' has NaN or infinite numbers"),
        ("", ["a"], "no column 'a'"),
        (b"w,a\nd\xf6g,1\n", ["a"], "not a text in UTF-8; save the table so"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(tmp_path, content, columns, message):
    path = tmp_path / "norms.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=message):
        stored(tmp_path, path, columns)
    assert not (tmp_path / "m.npy").exists()
