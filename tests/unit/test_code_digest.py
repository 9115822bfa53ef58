"""A digest that sees formulas and is blind to words."""

import shutil

import pytest

from semantrace import code_digest as module


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the library whose files a test may change."""
    copy = tmp_path / "semantrace"
    shutil.copytree(module.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "PACKAGE", copy)
    return copy


def digest(package, script_text):
    for cached in (module._parse, module._digest, module._imported_modules):
        cached.cache_clear()
    script = package.parent / "script.py"
    script.write_text(script_text)
    return module.code_digest(script)


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


SCORE = "from semantrace.layer_scores import score_two_vs_two"
EXTRACT = "from semantrace.activations import open_layer"


def test_a_comment_or_a_docstring_changes_nothing(package):
    before = digest(package, SCORE)
    edit(package / "two_vs_two.py", "import numba", "# a comment\nimport numba  # and another")
    edit(package / "two_vs_two.py", "Run the 2 vs. 2 test on every", "Do the test on each")
    assert digest(package, SCORE) == before


def test_a_docstring_of_a_constant_changes_nothing(package):
    before = digest(package, EXTRACT)
    edit(package / "names.py", "Layer zero of every", "The layer zero of each")
    assert digest(package, EXTRACT) == before


def test_the_script_counts_and_its_comments_do_not(package):
    before = digest(package, SCORE)
    told = f'"""What it does."""\n# a comment\n{SCORE}\n"""Said again."""'
    assert digest(package, told) == before
    assert digest(package, f"{SCORE}\nprint(1)") != before


def test_a_formula_changes_what_imports_it_indirectly_and_nothing_else(package):
    scoring, extraction = digest(package, SCORE), digest(package, EXTRACT)
    edit(package / "two_vs_two.py", "TIE = 1e-12", "TIE = 1e-11")
    assert digest(package, SCORE) != scoring
    assert digest(package, EXTRACT) == extraction


@pytest.mark.parametrize(
    "script",
    [
        "import semantrace.rsa",
        "from semantrace import rsa",
        "def late():\n    from semantrace.rsa import representational_similarity",
    ],
)
def test_every_form_of_import_is_followed(package, script):
    before = digest(package, script)
    edit(package / "rsa.py", "1e-12", "1e-13")
    assert digest(package, script) != before


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
