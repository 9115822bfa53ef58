"""Where the images of the study lie, and what tells that they have changed."""

from semantrace.images.dataset_stamp import dataset_stamp

DATASET_FOLDER = (
    f"{RESOURCES}/images/{CONFIG['study']}"
    if STUDY.dataset.is_fetched
    else STUDY.dataset.root
)


def dataset_folder_input(wildcards):
    """The folder of a dataset that a rule fetches; a user's own folder is not an input."""
    return [DATASET_FOLDER] if STUDY.dataset.is_fetched else []


def dataset_table_input(wildcards):
    """The user's own files that say which class each image shows; their contents are stamped."""
    return [*map(ancient, STUDY.dataset.tables)]


@functools.cache
def stamp_of_images():
    """Several rules ask for it, and to look at a million images takes seconds."""
    dataset = STUDY.settings["dataset"]
    return dataset_stamp(dataset, DATASET_FOLDER, f"{RESOURCES}/fingerprints")


def image_stamp(wildcards):
    """Changes with the user's own images, which are too many to be inputs of a rule."""
    return stamp_of_images()


def number_of_images(wildcards):
    """How many images the study has, or None as long as they are not sampled."""
    path = Path(f"{RESULTS}/images.tsv")
    return len(path.read_text().splitlines()) - 1 if path.is_file() else None
