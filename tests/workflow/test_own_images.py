"""A user's own image folder: what changes its contents is done again, and nothing else is."""

import os
import shutil

import numpy as np
import pytest
import yaml
from PIL import Image

CLASSES = ("n02084071", "n02121620", "n02691156", "n02958343")
TARGET = "results/own/images.tsv"


@pytest.fixture
def own(fresh):
    """A study of eight images, of which one class is a link."""
    study = {
        "title": "own images",
        "dataset": {"kind": "imagefolder", "root": "images"},
        "images": {"per_concept": "all", "groups": 1, "shards": 1},
        "networks": {
            "squeezenet": {
                "title": "SqueezeNet",
                "architecture": "SqueezeNet",
                "weights": {"seed": 1},
                "layers": ["fire2"],
            }
        },
    }
    (fresh.folder / "studies/own.yaml").write_text(yaml.safe_dump(study))
    fresh.edit("config.yaml", "study: small", "study: own")
    rng = np.random.default_rng(0)
    for name in CLASSES:
        for number in range(2):
            place = fresh.folder / "images" / name / f"{number}.bmp"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(place)
    shutil.move(fresh.folder / "images" / CLASSES[0], fresh.folder / "elsewhere")
    (fresh.folder / "images" / CLASSES[0]).symlink_to("../elsewhere")
    return fresh


def test_contents_decide_what_is_done_again(own):
    first = own.snakemake(TARGET)
    assert first.returncode == 0, first.stderr
    assert "8 files are read once" in first.stderr
    assert (own.folder / "results/own/left_out_images.tsv").read_text() == "path\tconcept\treason\n"

    images = own.folder / "images"
    shutil.copytree(images, own.folder / "copy", symlinks=True, copy_function=shutil.copyfile)
    shutil.rmtree(images)
    (own.folder / "copy").rename(images)
    os.utime(own.folder / "elsewhere/0.bmp")
    (images / CLASSES[1] / ".DS_Store").write_bytes(b"x")
    (images / CLASSES[1] / "notes.txt").write_text("x")
    (images / "@eaDir").mkdir()
    assert own.planned_jobs(TARGET) == {}

    changed = own.folder / "elsewhere/0.bmp"
    status = changed.stat()
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert own.planned_jobs(TARGET).keys() >= {"match_concepts", "sample_images"}


def problems(result):
    return [line for line in result.stderr.splitlines() if line.startswith("error: ")]


def test_all_problems_stop_a_run_before_its_first_job(own):
    (own.folder / "images" / CLASSES[1] / "0.bmp").write_bytes(b"no image")
    own.edit("studies/own.yaml", "- fire2", "- fire2x")
    own.edit("studies/own.yaml", "shards: 1", "shards: 9")
    told = (
        "networks.squeezenet: no layer 'fire2x'",
        "images.shards: 9 shards",
        "0.bmp",
    )
    result = own.snakemake("results/own/correlations/squeezenet/0.h5")
    assert result.returncode == 1
    lines = problems(result)
    assert len(lines) == len(told)
    assert all(any(text in line for line in lines) for text in told)
    assert not list((own.folder / "results/own").glob("[!l]*"))  # nothing but logs

    own.edit("studies/own.yaml", "kind: imagefolder", "kynd: imagefolder\n  kind: imagefolder")
    own.edit("studies/own.yaml", "groups: 1", "groups: 0")
    result = own.snakemake("check_study")
    assert result.returncode == 1
    for text in ("unknown key 'kynd'", "images.groups: 0 is not valid", told[0]):
        assert sum(text in line for line in problems(result)) == 1
