"""Studies on ImageNet, scaled down: the project's code on a few images that Debian provides.

The images are real photographs of the demo, laid out and named as ImageNet's validation images
are.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from PIL import ImageOps

from semantrace.images.decoding import load_image
from semantrace.io.debian_packages import extract_files, fetch_package

IMAGES = {
    "n01855672": "animals/birds/gander.png",
    "n01882714": "animals/marsupials/koala.png",
    "n02007558": "animals/birds/pink_flamingo.png",
    "n02129165": "animals/mammals/cats/lion.png",
    "n02129604": "animals/mammals/cats/tiger.png",
    "n02363005": "animals/mammals/rodents/beaver.png",
    "n02391049": "animals/mammals/equines/zebra.png",
    "n02444819": "animals/mammals/aquatic/otter.png",
    "n02480855": "animals/mammals/apes/gorilla.png",
    "n02481823": "animals/mammals/apes/chimp.png",
    "n02782093": "vehicles/flight/balloon360.png",
    "n02992211": "hobbies/music/string/cello.png",
    "n04317175": "medical/stethoscope.png",
    "n04398044": "household/dishes/teapot.png",
    "n04536866": "hobbies/music/string/violin.png",
    "n07734744": "plants/mushrooms/cep-1.png",
    "n07745940": "food/fruit/strawberry.png",
}
"""A class of ImageNet, and the demo's image of it. A mirrored copy is the class' second one."""

MOST_PIXELS = (500, 500)


def copy_project(repository: Path, folder: Path, shared: Sequence[str] = ("debian",)) -> None:
    """Copy the project's code; what Debian provides is kept in the checkout's `resources`.

    Parameters
    ----------
    repository : Path
        The checkout.
    folder : Path
        Made anew, but for what an earlier run of the same study left there.
    shared : sequence of str
        Folders of `resources` that are the checkout's own.
    """
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(
            repository / name,
            folder / name,
            ignore=_unfinished,
            dirs_exist_ok=True,
        )
    shutil.copy(repository / "Snakefile", folder)
    (folder / "studies").mkdir(exist_ok=True)
    (folder / "resources").mkdir(exist_ok=True)
    for name in shared:
        ours, theirs = folder / "resources" / name, repository / "resources" / name
        theirs.mkdir(parents=True, exist_ok=True)
        (theirs / ".shared").touch()  # Snakemake would remove an empty folder, and fails at a link
        if not ours.exists():
            ours.symlink_to(theirs, target_is_directory=True)


def _unfinished(folder: str, names: list[str]) -> list[str]:
    """Return what not to copy: what another process may be writing into a cache right now.

    The rest of the caches is code that Python and Numba compiled. Numba takes half a minute for it,
    and looks at a file's time, size and processor before it takes what a cache has.
    """
    cached = Path(folder).name == "__pycache__"
    return [
        name for name in names if cached and not name.endswith((".pyc", ".nbi", ".nbc", ".json"))
    ]


def write(path: Path, text: str) -> None:
    """Write a text, unless it stands there already: an untouched file re-runs nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def write_images(repository: Path, folder: Path, dataset: Mapping) -> None:
    """Lay two images of each class out as ImageNet's validation images and their classes."""
    order = sorted(IMAGES, key=lambda wnid: wnid[::-1])  # not that of wnids, as in the real kit
    write(folder / dataset["class_order"], "".join(f"{wnid}\n" for wnid in order))
    numbers = [order.index(wnid) + 1 for wnid in (*IMAGES, *IMAGES)]
    write(folder / dataset["ground_truth"], "".join(f"{number}\n" for number in numbers))
    root = folder / dataset["root"]
    if root.is_dir():
        return
    root.mkdir(parents=True)
    source = demo_images(repository, folder)
    count = len(IMAGES)
    for number, path in enumerate(IMAGES.values(), start=1):
        image = load_image(source / path)
        image.thumbnail(MOST_PIXELS)
        for place, version in ((number, image), (count + number, ImageOps.mirror(image))):
            version.save(root / f"ILSVRC2012_val_{place:08d}.JPEG", "JPEG", quality=92)


def demo_images(repository: Path, folder: Path) -> Path:
    """Return the folder of the demo's images, or get the few that are needed."""
    present = repository / "resources/images/demo"
    if present.is_dir():
        return present
    dataset = yaml.safe_load((repository / "studies/demo.yaml").read_text())["dataset"]
    downloads = repository / "resources/debian" / dataset["package"]
    package = fetch_package(dataset["package"], downloads, dataset["version"])
    wanted = {f"{dataset['root']}/{path}": path for path in IMAGES.values()}
    images = folder / "data/images"
    extract_files(package, wanted.get, images)
    return images
