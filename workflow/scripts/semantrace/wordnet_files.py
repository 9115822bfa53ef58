"""WordNet 3.0's files, laid out as NLTK reads them."""

import functools
from pathlib import Path, PurePosixPath

from semantrace.debian_packages import contents_digest, extract_files
from semantrace.errors import InputError

PACKAGES = ("wordnet-base", "wordnet-sense-index")
"""Debian packages that hold the files together."""

SOURCE_FOLDER = "usr/share/wordnet"
PARTS_OF_SPEECH = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}
FILES = (
    "cntlist.rev",
    "index.sense",
    *(f"{kind}.{part}" for kind in ("data", "index") for part in PARTS_OF_SPEECH),
    *(f"{part}.exc" for part in PARTS_OF_SPEECH),
)

NOUN_FILES = ("data.noun", "index.noun", "noun.exc")
NOUN_DIGEST = "b3e1afa8b6b2a743ce2b4fec4fb393f97865760c2587daa686e89db9a5785b1a"
"""Digest of the noun files of WordNet 3.0, whose offsets are ImageNet's identifiers."""

LEXICOGRAPHER_FILES = (
    *("adj.all", "adj.pert", "adv.all"),
    *("noun.Tops", "noun.act", "noun.animal", "noun.artifact", "noun.attribute", "noun.body"),
    *("noun.cognition", "noun.communication", "noun.event", "noun.feeling", "noun.food"),
    *("noun.group", "noun.location", "noun.motive", "noun.object", "noun.person"),
    *("noun.phenomenon", "noun.plant", "noun.possession", "noun.process", "noun.quantity"),
    *("noun.relation", "noun.shape", "noun.state", "noun.substance", "noun.time"),
    *("verb.body", "verb.change", "verb.cognition", "verb.communication", "verb.competition"),
    *("verb.consumption", "verb.contact", "verb.creation", "verb.emotion", "verb.motion"),
    *("verb.perception", "verb.possession", "verb.social", "verb.stative", "verb.weather"),
    "adj.ppl",
)
"""Where WordNet's lexicographers wrote each synset; a synset gives the number of its file."""


def lexicographer_table() -> str:
    """Return the file ``lexnames``, which NLTK demands and Debian leaves out.

    Returns
    -------
    str
        One line a lexicographer file: its number, name and part of speech (1 noun, 2 verb,
        3 adjective, 4 adverb), parted by tabs.
    """
    return "".join(
        f"{number:02d}\t{name}\t{PARTS_OF_SPEECH[name.split('.')[0]]}\n"
        for number, name in enumerate(LEXICOGRAPHER_FILES)
    )


def are_wordnet_3_0(corpus: str | Path) -> bool:
    """Return whether the noun files of a folder are those of WordNet 3.0, byte for byte.

    Raises
    ------
    OSError
        When a file cannot be read.
    """
    return contents_digest(corpus, NOUN_FILES) == NOUN_DIGEST


def install_wordnet(sources: list[Path], folder: str | Path) -> None:
    """Lay WordNet's files out below a folder as ``corpora/wordnet``.

    Parameters
    ----------
    sources : list of path
        The fetched `PACKAGES`, in that order.
    folder : path
        What NLTK's search path names.

    Raises
    ------
    InputError
        When a file is missing or the nouns are not WordNet 3.0's.
    """
    corpus = Path(folder) / "corpora" / "wordnet"
    found = {
        name
        for package, source in zip(PACKAGES, sources, strict=True)
        for name in extract_files(source, functools.partial(_place, package), folder)
    }
    absent = [name for name in FILES if f"corpora/wordnet/{name}" not in found]
    if absent:
        raise InputError(
            f"{', '.join(map(str, sources))}: {absent[0]} is missing; "
            f"fetch the Debian packages {' and '.join(PACKAGES)} of WordNet 3.0"
        )
    if not are_wordnet_3_0(corpus):
        raise InputError(
            f"{sources[0]}: its nouns are not those of WordNet 3.0, whose offsets are ImageNet's "
            "identifiers; fetch version 3.0 of the package"
        )
    (corpus / "lexnames").write_text(lexicographer_table(), encoding="utf-8")
    _deny_group_writing(Path(folder))


def _deny_group_writing(folder: Path) -> None:
    """NLTK refuses corpora that others than their owner may write, whatever the umask was."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def _place(package: str, path: str) -> str | None:
    """Say where a package's file goes: dictionary files to the corpus, the licence beside it."""
    if path == f"usr/share/doc/{package}/copyright":
        return f"{package}.copyright"
    file = PurePosixPath(path)
    if str(file.parent) == SOURCE_FOLDER and file.name in FILES:
        return f"corpora/wordnet/{file.name}"
    return None
