"""The layout of WordNet's files, against NLTK and against damaged packages."""

import shutil
from collections import defaultdict

import pytest

from semantrace.core.errors import InputError
from semantrace.taxonomy.wordnet_files import (
    FILES,
    LEXICOGRAPHER_FILES,
    install_wordnet,
    lexicographer_table,
)


@pytest.fixture
def unpacked(wordnet_folder, tmp_path):
    """The packages' tree as it would be after dpkg-deb -x."""
    folder = tmp_path / "unpacked"
    corpus = folder / "usr/share/wordnet"
    corpus.mkdir(parents=True)
    for name in FILES:
        shutil.copy(wordnet_folder / "corpora/wordnet" / name, corpus)
    (folder / "usr/share/doc/wordnet-base").mkdir(parents=True)
    (folder / "usr/share/doc/wordnet-base/copyright").write_text("Princeton")
    return folder


def test_lexicographer_files_agree_with_the_synsets(nltk_wordnet):
    """Every synset's file number must name a file of its own part of speech."""
    parts = defaultdict(set)
    for synset in nltk_wordnet.all_synsets():
        parts[synset.lexname()].add(synset.pos().replace("s", "a"))
    assert set(parts) == set(LEXICOGRAPHER_FILES)
    first = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
    assert all(parts[name] == {first[name.split(".")[0]]} for name in LEXICOGRAPHER_FILES)
    known = {"dog.n.01": "noun.animal", "entity.n.01": "noun.Tops", "cup.n.01": "noun.artifact"}
    known |= {"run.v.01": "verb.motion", "rain.v.01": "verb.weather", "spoken.a.01": "adj.all"}
    known |= {"apple.n.01": "noun.food", "oak.n.02": "noun.plant", "hour.n.01": "noun.time"}
    for name, file in known.items():
        assert nltk_wordnet.synset(name).lexname() == file


def test_lexicographer_table():
    lines = lexicographer_table().splitlines()
    assert len(lines) == 45
    assert lines[0] == "00\tadj.all\t3"
    assert lines[5] == "05\tnoun.animal\t1"
    assert lines[44] == "44\tadj.ppl\t3"


def test_layout_and_permissions(unpacked, tmp_path):
    out = tmp_path / "wordnet"
    install_wordnet([unpacked, unpacked], out)
    assert {path.name for path in (out / "corpora/wordnet").iterdir()} == {*FILES, "lexnames"}
    assert (out / "wordnet-base.copyright").read_text() == "Princeton"
    assert all(path.stat().st_mode & 0o022 == 0 for path in out.rglob("*"))


def test_a_missing_file_is_named(unpacked, tmp_path):
    (unpacked / "usr/share/wordnet/index.sense").unlink()
    with pytest.raises(InputError, match="index.sense is missing.*wordnet-sense-index"):
        install_wordnet([unpacked, unpacked], tmp_path / "wordnet")


def test_other_nouns_are_refused(unpacked, tmp_path):
    with (unpacked / "usr/share/wordnet/data.noun").open("ab") as file:
        file.write(b" ")
    with pytest.raises(InputError, match="not those of WordNet 3.0"):
        install_wordnet([unpacked, unpacked], tmp_path / "wordnet")
