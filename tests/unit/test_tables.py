"""Tables: declared once, and what is written and read is held against that."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whole_tables import completed

from semantrace.core import tables
from semantrace.core.columns import COLUMNS
from semantrace.core.declarations import NUMBER, TEXT, TRUTH, WHOLE, Table
from semantrace.core.errors import InputError
from semantrace.core.results_guide import results_guide
from semantrace.core.tables import FIGURE_DATA
from semantrace.io.tables import arranged, read_table, read_tables, write_table

ALL = [one for one in vars(tables).values() if isinstance(one, Table)] + [*FIGURE_DATA.values()]
FEW = Table(
    "few.tsv",
    "a row",
    tuple(COLUMNS[name] for name in ("concept", "k", "accuracy", "kept", "in_{word_model}")),
)
HEADER = b"concept\tk\taccuracy\tkept\n"
VALUES = {
    TEXT: st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters='"')),
    WHOLE: st.integers(-(2**53), 2**53),
    NUMBER: st.floats(allow_infinity=False, width=32) | st.just(float("nan")),
    TRUTH: st.booleans(),
}


def test_every_column_is_in_a_table_and_every_path_belongs_to_one():
    used = {column.name for table in ALL for column in table.columns}
    assert used == set(COLUMNS)
    paths = [table.path for table in ALL]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.path)
def test_every_row_says_what_it_belongs_to(table):
    """The parts of a path that differ from file to file are columns."""
    told = {"{network}": "network", "{word_model}": "word_model"}
    for part, column in told.items():
        if part in table.path:
            assert column in table.names


def test_the_page_on_results_says_what_the_tables_hold(repository):
    page = (repository / "results/README.md").read_text(encoding="utf-8")
    assert page == results_guide(), "run `make guide`"


@given(st.data())
def test_tables_come_back_as_they_were(tmp_path_factory, data):
    rows = st.lists(st.tuples(*(VALUES[column.kind] for column in FEW.columns[:4])), min_size=1)
    frame = pd.DataFrame(data.draw(rows), columns=FEW.names).assign(in_glove="true")
    frame = frame.astype({"k": "int64", "accuracy": "float64", "kept": bool})
    path = tmp_path_factory.mktemp("tables") / "few.tsv"
    write_table(frame, path, FEW)
    pd.testing.assert_frame_equal(read_table(path, FEW), frame, rtol=1e-9)


def test_columns_are_put_in_order_and_unknown_or_missing_ones_are_an_error(tmp_path):
    frame = completed(pd.DataFrame({"concept": ["dog", "nan", ""]}), FEW)
    mixed = frame[["kept", "accuracy", "k", "concept"]].assign(in_word2vec="false")
    assert list(arranged(mixed, FEW)) == ["concept", "k", "accuracy", "kept", "in_word2vec"]
    for wrong in (frame.drop(columns="k"), frame.assign(other=1), frame.assign(in_=1)):
        with pytest.raises(ValueError, match=r"not the columns of few\.tsv"):
            write_table(wrong, tmp_path / "few.tsv", FEW)
    assert not (tmp_path / "few.tsv").exists()


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("k", [1.5]),
        ("k", ["two"]),
        ("k", [True]),
        ("accuracy", ["high"]),
        ("accuracy", [False]),
        ("kept", ["maybe"]),
        ("kept", [0.5]),
    ],
)
def test_cells_of_another_kind_are_not_written(tmp_path, column, values):
    frame = completed(pd.DataFrame({"concept": ["dog"]}), FEW).assign(**{column: values})
    with pytest.raises(ValueError, match=rf"few\.tsv: the column {column} is not"):
        write_table(frame, tmp_path / "few.tsv", FEW)
    assert not (tmp_path / "few.tsv").exists()


def test_columns_that_the_table_does_not_have_are_not_read(tmp_path):
    (tmp_path / "few.tsv").write_text("concept\tk\taccuracy\tkept\tmore\na\t1\t1\ttrue\tb\n")
    with pytest.raises(InputError, match="column 'more' is not the table's; delete"):
        read_table(tmp_path / "few.tsv", FEW)


def test_names_that_look_like_numbers_or_nothing_stay_text(tmp_path):
    words = ["01", "1e3", "nan", "NA", "null", "True", ""]
    write_table(completed(pd.DataFrame({"concept": words}), FEW), tmp_path / "few.tsv", FEW)
    assert read_table(tmp_path / "few.tsv", FEW)["concept"].tolist() == words


def test_empty_cells_are_no_numbers(tmp_path):
    (tmp_path / "few.tsv").write_text("concept\tk\taccuracy\tkept\na\t\t\ttrue\nb\t2\t.5\tFalse\n")
    read = read_table(tmp_path / "few.tsv", FEW)
    np.testing.assert_array_equal(read["k"], [np.nan, 2])
    np.testing.assert_array_equal(read["accuracy"], [np.nan, 0.5])
    assert read["kept"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such table"),
        (b"", "not a tab-separated table"),
        (b"concept\tk\n1\t2\n1\t2\t3\n", "not a tab-separated table"),
        (b"\xff\xfe\x00", "not a tab-separated table"),
        (b"concep\tb\n1\t2\n", "column 'concept' is missing; the table has concep, b"),
        (
            b"concept\tk\taccuracy\tkept\na\t1.5\t1\ttrue\n",
            "line 2: '1.5' in the column k is not a",
        ),
        (
            b"concept\tk\taccuracy\tkept\na\t1\thigh\ttrue\n",
            "line 2: 'high' in the column accuracy",
        ),
        (HEADER + b"a\t1\t1\tmaybe\n", "'maybe' in the column kept is not true or false"),
    ],
)
def test_bad_tables_are_refused(tmp_path, content, message):
    path = tmp_path / "few.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_table(path, FEW)


def test_several_files_are_one_table_in_the_order_given(tmp_path):
    paths = [tmp_path / "b.tsv", tmp_path / "a.tsv"]
    for number, path in enumerate(paths):
        write_table(completed(pd.DataFrame({"k": [number]}), FEW), path, FEW)
    assert read_tables(paths, FEW)["k"].tolist() == [0, 1]
