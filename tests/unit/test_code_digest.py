"""A digest that sees formulas and is blind to words."""

import dataclasses
import json
import shutil

import pytest

from semantrace.core import code_digest as module


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the library whose files a test may change."""
    copy = tmp_path / "semantrace"
    shutil.copytree(module.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "PACKAGE", copy)
    return copy


def digest(package, script_text):
    for cached in (module._known, module._examined, module._files_of):
        cached.cache_clear()
    script = package.parent / "script.py"
    script.write_text(script_text)
    return module.code_digest(script)


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


SCORE = "from semantrace.alignment.layer_scores import score_two_vs_two"
EXTRACT = "from semantrace.activations.reader import open_layer"


def test_a_comment_or_a_docstring_changes_nothing(package):
    before = digest(package, SCORE)
    edit(
        package / "alignment/two_vs_two.py",
        "import numba",
        "# a comment\nimport numba  # and another",
    )
    edit(package / "alignment/two_vs_two.py", "Run the 2 vs. 2 test on", "Do the test on")
    assert digest(package, SCORE) == before


def test_a_docstring_of_a_constant_changes_nothing(package):
    before = digest(package, EXTRACT)
    edit(package / "core/names.py", "Layer zero of every", "The layer zero of each")
    assert digest(package, EXTRACT) == before


def test_the_script_counts_and_its_comments_do_not(package):
    before = digest(package, SCORE)
    told = f'"""What it does."""\n# a comment\n{SCORE}\n"""Said again."""'
    assert digest(package, told) == before
    assert digest(package, f"{SCORE}\nprint(1)") != before


def test_what_columns_mean_and_which_tables_there_are_changes_nothing(package):
    before = digest(package, SCORE)
    edit(package / "core/columns.py", "share of tests passed", "part of the tests passed")
    edit(
        package / "core/tables.py",
        '"controls/{word_model}.tsv"',
        '"controls/{word_model}/layers.tsv"',
    )
    assert digest(package, SCORE) == before


@pytest.mark.parametrize(
    ("table", "counts"), [("CONTROLS", True), ("RELIABILITY", False), ("TWO_VS_TWO", False)]
)
def test_columns_count_of_the_tables_that_are_imported(package, monkeypatch, table, counts):
    script = "from semantrace.core.tables import CONTROLS"
    before = digest(package, script)
    declared = getattr(module.tables, table)
    fewer = dataclasses.replace(declared, columns=declared.columns[:-1])
    monkeypatch.setattr(module.tables, table, fewer)
    assert (digest(package, script) != before) == counts


def test_the_kind_of_a_column_counts(package, monkeypatch):
    script = "from semantrace.core.tables import CONTROLS"
    before = digest(package, script)
    *others, last = module.tables.CONTROLS.columns
    columns = (*others, dataclasses.replace(last, kind="text"))
    monkeypatch.setattr(
        module.tables, "CONTROLS", dataclasses.replace(module.tables.CONTROLS, columns=columns)
    )
    assert digest(package, script) != before


def test_a_formula_changes_what_imports_it_indirectly_and_nothing_else(package):
    scoring, extraction = digest(package, SCORE), digest(package, EXTRACT)
    edit(package / "alignment/two_vs_two_kernels.py", "TIE = 1e-12", "TIE = 1e-11")
    assert digest(package, SCORE) != scoring
    assert digest(package, EXTRACT) == extraction


@pytest.mark.parametrize(
    "script",
    [
        "import semantrace.alignment.rsa",
        "from semantrace.alignment import rsa",
        "def late():\n    from semantrace.alignment.rsa import representational_similarity",
    ],
)
def test_every_form_of_import_is_followed(package, script):
    before = digest(package, script)
    edit(package / "alignment/rsa.py", "1e-12", "1e-13")
    assert digest(package, script) != before


@pytest.mark.parametrize(
    ("place", "statement"),
    [
        ("leaf.py", "from .formula import VALUE"),
        ("leaf.py", "from . import formula"),
        ("leaf.py", "def late():\n    from ..deep.formula import VALUE"),
        ("__init__.py", "from .formula import VALUE"),
    ],
)
def test_a_formula_behind_a_relative_import_counts(package, place, statement):
    folder = package / "deep"
    folder.mkdir()
    for name in ("__init__.py", "leaf.py"):
        (folder / name).write_text("A = 1\n")
    (folder / place).write_text(f"{statement}\n")
    (folder / "formula.py").write_text("VALUE = 1\n")
    before = digest(package, "from semantrace.deep import leaf")
    (folder / "formula.py").write_text("VALUE = 2\n")
    assert digest(package, "from semantrace.deep import leaf") != before


BLIND = [
    ("a = 1\n", "a  =  1  # one\n\n\n"),
    ("def f():\n    return 1\n", 'def f():\n    """Doc."""\n    # why\n\n    return 1\n'),
    ("class A:\n    x = 1\n", 'class A:\n    "Doc." "more"\n    x = 1\n    """Of x."""\n'),
    ("if a:\n    b\n", "if a:\n  b\n"),
]
SEEN = [
    ("a = 1\n", "a = 2\n"),
    ('a = f"{b} c"\n', 'a = f"{b} d"\n'),
    ('a = f"{b:.2f}"\n', 'a = f"{b:.3f}"\n'),
    ('f"{b()}"\n', 'f"{c()}"\n'),
    ("if a:\n    b\n    c\n", "if a:\n    b\nc\n"),
    ('a = "x" "y"\n', 'a = "x" "z"\n'),
    ("return_ = a\nb\n", "return_ = a\n"),
]


@pytest.mark.parametrize(("text", "same"), BLIND)
def test_words_and_layout_do_not_count(text, same):
    assert module.code_tokens(text) == module.code_tokens(same)


@pytest.mark.parametrize(("text", "other"), SEEN)
def test_whatever_computes_counts(text, other):
    assert module.code_tokens(text) != module.code_tokens(other)


PROGRAM = '''
"""Words."""
import os  # more words

def f(x, *, y=2.5):
    "Doc."
    return f"{x:>{y}} {f'{y}'}" + rb"\\d" % (  # by the way
        x,
    )
'''


def test_a_program_has_the_same_tokens_in_every_version_of_python():
    """From Python 3.12 on, the parts of formatted strings are tokens of their own."""
    assert module.code_tokens(PROGRAM) == [
        *("import", "os", "\n"),
        *("def", "f", "(", "x", ",", "*", ",", "y", "=", "2.5", ")", ":", "\n", "{"),
        *("return", """f"{x:>{y}} {f'{y}'}\"""", "+", r'rb"\d"', "%", "(", "x", ",", ")", "\n"),
        "}",
    ]


def test_a_file_is_examined_anew_once_it_has_changed(package, monkeypatch):
    def count(text):
        examined.append(text)
        return tokens(text)

    examined, tokens = [], module.code_tokens
    monkeypatch.setattr(module, "code_tokens", count)
    first = digest(package, SCORE)
    assert len(examined) > 5
    module._keep(module._known(), "", package / module.KEPT)
    examined.clear()
    assert digest(package, SCORE) == first
    assert len(examined) <= 1  # the script, which is written anew
    examined.clear()
    edit(package / "alignment/two_vs_two_kernels.py", "TIE = 1e-12", "TIE = 1e-13")
    assert digest(package, SCORE) != first
    assert 1 <= len(examined) <= 2


def test_what_another_version_of_the_digest_found_is_not_used(package):
    first = digest(package, SCORE)
    module._keep(module._known(), "", package / module.KEPT)
    kept = json.loads((package / module.KEPT).read_text())
    wrong = {name: [*found[:2], "wrong", []] for name, found in kept["files"].items()}
    for by, is_used in ((kept["by"], True), ("another", False)):
        (package / module.KEPT).write_text(json.dumps({"by": by, "files": wrong}))
        assert (digest(package, SCORE) == first) != is_used


def test_a_file_that_has_just_changed_is_not_kept(package):
    """It may change once more within what its time can tell."""
    edit(package / "alignment/two_vs_two_kernels.py", "TIE = 1e-12", "TIE = 1e-13")
    digest(package, SCORE)
    assert "alignment/two_vs_two_kernels.py" not in module._known()
    assert "alignment/layer_scores.py" in module._known()


@pytest.mark.parametrize(
    "content", ["", "[]", "{damaged", '{"alignment/two_vs_two_kernels.py": 3}']
)
def test_what_was_kept_may_be_damaged(package, content):
    first = digest(package, SCORE)
    (package / "__pycache__").mkdir()
    (package / module.KEPT).write_text(content)
    assert digest(package, SCORE) == first


def test_a_package_counts_with_the_modules_it_is_asked_for(package):
    folder = package / "deep"
    folder.mkdir()
    (folder / "__init__.py").write_text("A = 1\n")
    (folder / "leaf.py").write_text("B = 1\n")
    before = digest(package, "from semantrace.deep import leaf")
    (folder / "leaf.py").write_text("B = 2\n")
    middle = digest(package, "from semantrace.deep import leaf")
    (folder / "__init__.py").write_text("A = 2\n")
    assert len({before, middle, digest(package, "from semantrace.deep import leaf")}) == 3
