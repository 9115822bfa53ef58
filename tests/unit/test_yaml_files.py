"""YAML as people write it: what is read, and what is said of what cannot be."""

import pytest

from semantrace.core.errors import InputError
from semantrace.io.yaml_files import parse_yaml, read_yaml


def problems(text):
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "file")
    return list(caught.value.problems)


@pytest.mark.parametrize("key", ["50", "1", "no", "on", "null", "~", "2024_11", "1e3", "007", "="])
def test_keys_are_text_as_it_is_written(key):
    assert parse_yaml(f"{key}: value", "file").values == {key: "value"}


def test_numbers_are_those_that_they_look_like():
    text = "a: 1e-3\nb: 010\nc: 1:30\nd: 1_000\ne: 2018-01-01\nf: -2\ng: 1.5"
    values = parse_yaml(text, "file").values
    assert values["a"] == 0.001
    assert [values[key] for key in "bcde"] == ["010", "1:30", "1_000", "2018-01-01"]
    assert (values["f"], values["g"]) == (-2, 1.5)
    assert parse_yaml(text, "file").texts["g"] == "1.5"


def test_all_keys_that_are_given_twice_are_named_with_both_lines():
    text = "a: 1\nb:\n  c: {d: 1, 'd': 2}\n  50: x\n  '50': y\na: 2\na: 3\nlist:\n- {e: 1, e: 1}"
    found = problems(text)
    assert [item.split(";")[0] for item in found] == [
        "file: key 'd' is given twice, in line 3 and in line 3",
        "file: key '50' is given twice, in line 4 and in line 5",
        "file: key 'a' is given twice, in line 1 and in line 6",
        "file: key 'a' is given twice, in line 1 and in line 7",
        "file: key 'e' is given twice, in line 9 and in line 9",
    ]


def test_a_merged_mapping_may_be_overridden_but_holds_no_key_twice():
    text = "base: &base {x: 1, y: 2}\nfirst: {<<: *base, x: 3}\nsecond: {<<: *base}"
    document = parse_yaml(text, "file")
    assert document.values["first"] == {"x": 3, "y": 2}
    assert document.values["second"] == {"x": 1, "y": 2}
    assert document.texts["first"] == {"x": "3", "y": "2"}
    assert "key 'x' is given twice" in problems("base: &b {x: 1, x: 2}\nother: {<<: *b}")[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: 1", "line 2: a tab"),
        ("a: [b,\n\tc]", "line 2: a tab"),
        ("title:foo\nx: 1", "line 1: no space after the colon"),
        ("a: @x", "line 1: a value begins with @"),
        ("a: 1\nb: %x", "line 2: a value begins with %"),
        ("a: `x`", "line 1: a value begins with `"),
        ("a: *x", "line 1: a value begins with *"),
        ("a: !x y", "line 1: a value begins with !"),
        ("title: A: b", "line 1: a second colon"),
        ("a: 1\nb: [1, 2\nc: 3", "line 2: a bracket or comma"),
        ("a: 'x\nb: 2", "line 1: a quote is not closed"),
        ('a: "C:\\data"', "line 1: a backslash in double quotes"),
        ("a: 1\nb\n", "line 2: a key without a colon"),
        ("a:\n  b: 1\n c: 2", "line 3: the indentation"),
        ("a: 1\n---\nb: 2", "line 2: a second document"),
        ("a: 1\nb: \x00", "line 2: the character U+0000"),
        (b"a: 1\nb: \xff", "line 2: a byte is not valid utf-8"),
        ("[a]: b", "line 1: a list or mapping is used as a key"),
        ("a: &x [*x]", "line 1: an alias stands for what contains it"),
    ],
)
def test_a_mistake_in_the_syntax_is_one_line_with_its_number(text, message):
    (line,) = problems(text)
    assert line.startswith(f"file: {message}")
    assert "; " in line


def test_no_object_is_built_from_a_tag():
    assert "a value begins with !" in problems("a: !!python/object/apply:os.getcwd []")[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"# x\n", "is empty"), (b"- a", "is a list"), (b"a", "is text")],
)
def test_a_file_must_hold_keys(tmp_path, content, message):
    (tmp_path / "mine.yaml").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_yaml(tmp_path / "mine.yaml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_text_editors(tmp_path, encoding):
    (tmp_path / "mine.yaml").write_bytes("title: Café".encode(encoding))
    assert read_yaml(tmp_path / "mine.yaml").values == {"title": "Café"}
