"""WordNet's nouns against NLTK's reader of the same files, and damaged files."""

import shutil

import numpy as np
import pytest

from semantrace.errors import InputError
from semantrace.wordnet import WordNet


def wnid_of(synset):
    return f"n{synset.offset():08d}"


def closure_of(synset):
    return {wnid_of(above) for path in synset.hypernym_paths() for above in path}


@pytest.fixture(scope="module")
def sample(wordnet):
    wnids = list(wordnet.synsets)
    chosen = np.random.default_rng(1).choice(len(wnids), 500, replace=False)
    return [wnids[number] for number in chosen]


@pytest.fixture
def broken(wordnet_folder, tmp_path):
    corpus = tmp_path / "corpora/wordnet"
    corpus.mkdir(parents=True)
    for name in ("data.noun", "index.noun"):
        shutil.copy(wordnet_folder / "corpora/wordnet" / name, corpus)
    return tmp_path


def test_equals_nltk(wordnet, nltk_wordnet, sample):
    for wnid in sample:
        theirs = nltk_wordnet.synset_from_pos_and_offset("n", int(wnid[1:]))
        ours = wordnet.synset(wnid)
        assert ours.name == theirs.name()
        assert list(ours.lemmas) == theirs.lemma_names()
        above = theirs.hypernyms() + theirs.instance_hypernyms()
        assert set(ours.hypernyms) == {wnid_of(synset) for synset in above}
        assert wordnet.min_depth(wnid) == theirs.min_depth()
        assert wordnet.hypernym_closure(wnid) == closure_of(theirs)


def test_senses_equal_nltk_most_frequent_first(wordnet, nltk_wordnet, sample):
    for word in {lemma for wnid in sample for lemma in wordnet.lemmas(wnid)}:
        offsets = nltk_wordnet._lemma_pos_offset_map[word.lower()]["n"]
        assert wordnet.senses(word) == [f"n{offset:08d}" for offset in offsets]


def test_has_all_nouns_in_order(wordnet):
    assert len(wordnet.synsets) == 82_115
    assert list(wordnet.synsets) == sorted(wordnet.synsets)
    assert [s.name for s in wordnet.synsets.values() if not s.hypernyms] == ["entity.n.01"]


def test_dog(wordnet):
    dog = wordnet.wnid("dog.n.01")
    assert dog == "n02084071"
    assert wordnet.name(dog) == "dog.n.01"
    assert wordnet.name(wordnet.wnid("trumpet.n.01")) == "cornet.n.01"
    assert wordnet.lemmas(dog) == ["dog", "domestic_dog", "Canis_familiaris"]
    assert wordnet.senses("Domestic dog") == [dog]
    assert wordnet.senses("doggg") == []
    assert wordnet.label(wordnet.wnid("living_thing.n.01")) == "living thing"


def test_is_at_or_under(wordnet):
    dog, canine, cat = map(wordnet.wnid, ("dog.n.01", "canine.n.02", "cat.n.01"))
    assert wordnet.is_at_or_under(dog, canine)
    assert wordnet.is_at_or_under(dog, dog)
    assert not wordnet.is_at_or_under(canine, dog)
    assert not wordnet.is_at_or_under(cat, canine)
    with pytest.raises(InputError, match="n99999999"):
        wordnet.is_at_or_under(dog, "n99999999")


def test_instances_have_their_kind_above_them(wordnet):
    [einstein] = wordnet.senses("Albert Einstein")
    assert wordnet.is_at_or_under(einstein, wordnet.wnid("physicist.n.01"))


@pytest.mark.parametrize("wnid", ["dog", "2084071", "n2084071", "n020840711", "v02084071", "", 7])
def test_malformed_wnid(wordnet, wnid):
    with pytest.raises(InputError, match=f"wnid {wnid!r}: malformed; .*n02084071"):
        wordnet.synset(wnid)


def test_unknown_wnid_names_near_ones(wordnet):
    with pytest.raises(InputError, match="'n02084072': no noun .* did you mean.*'n02084071'"):
        wordnet.hypernym_closure("n02084072")


def test_unknown_name(wordnet):
    with pytest.raises(InputError, match=r"'dog.n.99'.*did you mean.*dog\.n\.0"):
        wordnet.wnid("dog.n.99")


def test_missing_folder(tmp_path):
    with pytest.raises(InputError, match="data.noun: cannot be read .*get_wordnet"):
        WordNet.load(tmp_path)


@pytest.mark.parametrize("name", ["data.noun", "index.noun"])
@pytest.mark.parametrize("share", [0.3, 0.999, 0.9999999])
def test_truncated_file(broken, name, share):
    path = broken / "corpora/wordnet" / name
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(InputError, match="truncated|cut short|WordNet 3.0") as error:
        WordNet.load(broken)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"<html>\n"])
@pytest.mark.parametrize("name", ["data.noun", "index.noun"])
def test_not_wordnet(broken, name, content):
    (broken / "corpora/wordnet" / name).write_bytes(content)
    with pytest.raises(InputError, match="damaged|cut short|not WordNet 3.0"):
        WordNet.load(broken)


@pytest.mark.parametrize("name", ["data.noun", "index.noun"])
def test_file_that_lacks_whole_lines(broken, name):
    path = broken / "corpora/wordnet" / name
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(InputError, match="cut short"):
        WordNet.load(broken)


def test_other_version(broken):
    path = broken / "corpora/wordnet/data.noun"
    path.write_bytes(path.read_bytes().replace(b"WordNet 3.0", b"WordNet 3.1"))
    with pytest.raises(InputError, match="not WordNet 3.0"):
        WordNet.load(broken)
