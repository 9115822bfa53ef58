"""Real data that several tests of the library share."""

import ctypes
import gc
import os
import shutil
import sys
import warnings
from pathlib import Path

import nltk
import pytest
from nltk.corpus.reader.wordnet import WordNetCorpusReader
from packaged import demo_source

from semantrace.io.debian_packages import fetch_package
from semantrace.io.files import atomic_path
from semantrace.taxonomy.wordnet import WordNet
from semantrace.taxonomy.wordnet_files import PACKAGES, install_wordnet

C_LIBRARY = ctypes.CDLL(None)


@pytest.fixture(autouse=True, scope="module")
def released_memory():
    """Give the memory of a module's networks back, whose parts refer to each other."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()
    gc.collect()
    if hasattr(C_LIBRARY, "malloc_trim"):  # or it keeps what is free between what is not
        C_LIBRARY.malloc_trim(0)


@pytest.fixture(scope="session")
def wordnet_folder(repository):
    """WordNet as the workflow lays it out, fetched by the workflow's own code when it is absent.

    SEMANTRACE_WORDNET may name another folder that contains corpora/wordnet.
    """
    folder = Path(os.environ.get("SEMANTRACE_WORDNET", repository / "resources/wordnet"))
    if not folder.exists():
        downloads = folder.parent / "debian"
        sources = [fetch_package(package, downloads / package) for package in PACKAGES]
        with atomic_path(folder) as temporary:
            install_wordnet(sources, temporary)
    return folder


@pytest.fixture(scope="session")
def squeezenet_source(repository):
    """The demo's weights of SqueezeNet, as a study gives them."""
    return demo_source(repository, "networks", "squeezenet", "weights")


@pytest.fixture(scope="module")  # no longer: with all that is asked for it takes 0.3 GB
def wordnet(wordnet_folder):
    return WordNet.load(wordnet_folder)


@pytest.fixture(scope="session")
def nltk_home(wordnet_folder, tmp_path_factory):
    """A copy of the same files, since NLTK refuses those that a group may write."""
    home = tmp_path_factory.mktemp("nltk")
    corpus = home / "corpora/wordnet"
    shutil.copytree(wordnet_folder / "corpora/wordnet", corpus, copy_function=shutil.copyfile)
    for path in [*corpus.iterdir(), corpus, corpus.parent, home]:
        path.chmod(0o700)
    return home


@pytest.fixture(scope="module")
def nltk_wordnet(nltk_home):
    """NLTK's reader of the same files: an independent oracle."""
    before = list(nltk.data.path)
    nltk.data.path[:] = [str(nltk_home)]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The multilingual functions")
        reader = WordNetCorpusReader(nltk.data.find("corpora/wordnet"), None)
    yield reader
    nltk.data.path[:] = before
