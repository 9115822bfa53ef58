"""WordNet's nouns against a plain parser of the same files, and damaged or refused files."""

import os
import shutil
import warnings
from types import SimpleNamespace

import nltk.data
import nltk.pathsec
import numpy as np
import pytest

from semantrace.core.errors import InputError
from semantrace.taxonomy.wordnet import WordNet


@pytest.fixture(scope="module")
def plain(wordnet_folder):
    """The noun files, parsed as the manual page wndb(5WN) describes them."""
    corpus = wordnet_folder / "corpora/wordnet"
    senses = {}
    for fields in entries_of(corpus / "index.noun"):
        count = int(fields[2])
        senses[fields[0]] = [f"n{offset}" for offset in fields[-count:]]
    lemmas, hypernyms = {}, {}
    for offset, _, _, lemma_count, *rest in entries_of(corpus / "data.noun"):
        end = 2 * int(lemma_count, 16)
        pointers = rest[end + 1 :][: 4 * int(rest[end])]
        lemmas[f"n{offset}"] = rest[:end:2]
        hypernyms[f"n{offset}"] = {
            f"n{target}"
            for symbol, target in zip(pointers[::4], pointers[1::4], strict=True)
            if symbol in ("@", "@i")
        }
    return SimpleNamespace(lemmas=lemmas, hypernyms=hypernyms, senses=senses)


def entries_of(path):
    """The fields of each line before the gloss; lines of the licence begin with spaces."""
    lines = path.read_text().splitlines()
    return [line.split(" | ")[0].split() for line in lines if not line.startswith("  ")]


def levels_above(plain, wnid):
    """The synset, its hypernyms, their hypernyms and so on, up to the root and beyond."""
    levels = [{wnid}]
    while levels[-1]:
        levels.append(set().union(*(plain.hypernyms[below] for below in levels[-1])))
    return levels


@pytest.fixture(scope="module")
def sample(plain):
    wnids = sorted(plain.lemmas)
    chosen = np.random.default_rng(1).choice(len(wnids), 500, replace=False)
    return [wnids[number] for number in chosen]


def copy_of(wordnet_folder, folder, names):
    corpus = folder / "corpora/wordnet"
    corpus.mkdir(parents=True)
    for name in names:
        shutil.copyfile(wordnet_folder / "corpora/wordnet" / name, corpus / name)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700)
    return folder


@pytest.fixture
def broken(wordnet_folder, tmp_path):
    return copy_of(wordnet_folder, tmp_path, ["data.noun", "index.noun", "noun.exc"])


@pytest.fixture(scope="module")
def whole(wordnet_folder, tmp_path_factory):
    names = [path.name for path in (wordnet_folder / "corpora/wordnet").iterdir()]
    return copy_of(wordnet_folder, tmp_path_factory.mktemp("whole.zip"), names)


def test_equals_the_files(wordnet, plain, sample):
    for wnid in sample:
        ours = wordnet.synset(wnid)
        first = plain.lemmas[wnid][0].lower()
        assert ours.wnid == wnid
        assert ours.name == f"{first}.n.{plain.senses[first].index(wnid) + 1:02d}"
        assert wordnet.wnid(ours.name) == wnid
        assert list(ours.lemmas) == plain.lemmas[wnid]
        assert set(ours.hypernyms) == plain.hypernyms[wnid]
        assert len(ours.hypernyms) == len(plain.hypernyms[wnid])
        levels = levels_above(plain, wnid)
        assert wordnet.hypernym_closure(wnid) == set().union(*levels)
        roots = [any(not plain.hypernyms[above] for above in level) for level in levels]
        assert wordnet.min_depth(wnid) == roots.index(True)


def test_senses_equal_the_index_most_frequent_first(wordnet, plain, sample):
    words = {lemma for wnid in sample for lemma in wordnet.lemmas(wnid)}
    plurals = {f"{word}s" for word in words} | {"glasses", "geese", "arms", "axes", "men", "us"}
    assert len(plurals & set(plain.senses)) > 5
    for word in words | plurals:
        assert wordnet.senses(word) == plain.senses.get(word.lower(), [])


def test_has_all_nouns(wordnet, plain):
    assert len(plain.lemmas) == 82_115
    assert sorted(wordnet.nouns()) == sorted(plain.senses)
    assert [wnid for wnid in plain.lemmas if not plain.hypernyms[wnid]] == ["n00001740"]
    assert wordnet.name("n00001740") == "entity.n.01"


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


@pytest.mark.parametrize(
    "wnid", ["dog", "2084071", "n2084071", "n020840711", "v02084071", "n0208407१", "", 7]
)
def test_malformed_wnid(wordnet, wnid):
    with pytest.raises(InputError, match=f"wnid {wnid!r}: malformed; .*n02084071"):
        wordnet.synset(wnid)


def test_unknown_wnid_names_near_ones(wordnet):
    with pytest.raises(InputError, match="'n02084072': no noun .* did you mean.*'n02084071'"):
        wordnet.hypernym_closure("n02084072")
    for wnid in ("n00000000", "n99999999"):
        with pytest.raises(InputError, match=f"{wnid}.*no noun"):
            wordnet.synset(wnid)


def test_unknown_name(wordnet):
    with pytest.raises(InputError, match=r"'dog.n.99'.*did you mean.*dog\.n\.0"):
        wordnet.wnid("dog.n.99")


def test_names_of_synsets_are_those_of_nltk(wordnet, nltk_wordnet, plain):
    """All senses of some nouns: NLTK reads the index in a way of its own."""
    for noun in sorted(plain.senses)[::40]:
        for number in range(1, len(plain.senses[noun]) + 1):
            name = f"{noun}.n.{number:02d}"
            assert wordnet.wnid(name) == f"n{nltk_wordnet.synset(name).offset():08d}"


@pytest.mark.parametrize("name", ["Crane.n.4", "crane.n.04", "CRANE.N.04", " crane.n.004 "])
def test_the_name_of_a_synset_in_any_case(wordnet, name):
    assert wordnet.wnid(name) == "n03126707"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("crane.n.00", "did you mean 'crane.n.05' or"),
        ("carne.n.01", "'carne.n.01': not a noun of WordNet 3.0; did you mean"),
        ("dogs.n.01", "did you mean 'dog'"),
        ("run.v.01", "not a noun's; write lemma, n and number"),
        ("crane", "not a noun's; write lemma, n and number"),
    ],
)
def test_a_name_that_is_no_synset(wordnet, name, message):
    with pytest.raises(InputError, match=message):
        wordnet.wnid(name)


@pytest.mark.parametrize(
    ("word", "spelling"),
    [
        *(("polar-bear", "polar_bear"), ("polar bear", "polar_bear"), ("dog", "dog")),
        *(("T shirt", "T-shirt"), ("jack_o_lantern", "jack-o-lantern"), ("Dog", "Dog")),
        *(("ice-cream cone", "ice-cream_cone"), ("dogs", None), ("selfie stick", None), ("", None)),
    ],
)
def test_a_noun_however_its_parts_are_joined(wordnet, word, spelling):
    assert wordnet.spelling(word) == spelling


def test_definitions_and_files_are_those_of_nltk(wordnet, nltk_wordnet, sample):
    for wnid in sample[::10]:
        synset = nltk_wordnet.synset_from_pos_and_offset("n", int(wnid[1:]))
        assert wordnet.definition(wnid) == synset.definition()
        assert wordnet.lexicographer_file(wnid) == synset.lexname()
        assert wordnet.is_instance(wnid) == bool(synset.instance_hypernyms())


def test_missing_folder(tmp_path):
    with pytest.raises(InputError, match="data.noun: is not there; .*get_wordnet"):
        WordNet.load(tmp_path)


@pytest.mark.parametrize("name", ["data.noun", "index.noun"])
@pytest.mark.parametrize("share", [0.3, 0.999, 0.99999])
def test_truncated_file(broken, name, share):
    path = broken / "corpora/wordnet" / name
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(InputError, match="is not WordNet 3.0.s: cut short") as error:
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
    path.write_bytes(path.read_bytes().replace(b" dog 0 ", b" dug 0 "))
    with pytest.raises(InputError, match="not WordNet 3.0"):
        WordNet.load(broken)


def refusal(folder):
    """The one line that loading a folder raises, after which NLTK's search path is as it was."""
    before = list(nltk.data.path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError) as error:
            WordNet.load(folder)
    assert nltk.data.path == before
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", [".", "corpora", "corpora/wordnet/data.noun"])
def test_what_others_may_write_is_read(whole, name):
    path = whole / name
    before = path.stat().st_mode
    path.chmod(before | 0o022)
    assert WordNet.load(whole).name("n02084071") == "dog.n.01"
    path.chmod(before)
    assert nltk.pathsec.ENFORCE


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_others_own_is_read_also_through_links(whole, tmp_path):
    path = whole / "corpora/wordnet/index.noun"
    os.chown(path, 12345, -1)
    (tmp_path / "corpora").symlink_to(whole / "corpora", target_is_directory=True)
    assert WordNet.load(tmp_path).name("n02084071") == "dog.n.01"
    os.chown(path, 0, -1)


@pytest.mark.parametrize("name", ["lexnames", "index.verb"])
def test_other_files_that_nltk_needs(whole, name, tmp_path):
    path = whole / "corpora/wordnet" / name
    kept = shutil.move(path, tmp_path)
    without = refusal(whole)
    path.write_text("nothing\n")
    path.chmod(0o600)
    damaged = refusal(whole)
    shutil.move(kept, path)
    for message in (without, damaged):
        assert message.startswith(f"{whole}/corpora/wordnet: NLTK cannot read a file (")
        assert message.endswith("; delete the folder and run again")
    assert name in without


def test_a_second_name_of_a_file_does_no_harm(whole, tmp_path):
    (tmp_path / "link").hardlink_to(whole / "corpora/wordnet/index.verb")
    assert WordNet.load(whole).name("n02084071") == "dog.n.01"
    (tmp_path / "link").unlink()


def test_opens_through_a_link_and_leaves_the_search_path(whole, tmp_path):
    before = list(nltk.data.path)
    (tmp_path / "link").symlink_to(whole)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened = WordNet.load(tmp_path / "link")
        assert nltk.data.path == before
        assert opened.senses("dog")[0] == "n02084071"
        assert opened.synset("n02084071").min_depth == 8
    assert nltk.data.path == before
