"""Write the explorer: the study's results as one page of linked views."""

from semantrace.core.job import start

start(snakemake)

from functools import partial
from pathlib import Path

from semantrace.activations.correlation_files import read_image_correlations, read_word_correlations
from semantrace.activations.stored_arrays import mean_of
from semantrace.alignment.pair_pass_files import read_pair_passes
from semantrace.core import tables
from semantrace.embedding.class_similarity import read_class_vectors
from semantrace.embedding.concept_tree_files import read_concept_tree
from semantrace.explorer.builder import Results, Titles, build_explorer
from semantrace.io.tables import read_table, read_tables

files, params = snakemake.input, snakemake.params


def joined(name, table):
    """Return all tables of one kind as one, or None where the study has none."""
    paths = files.get(name, [])
    paths = [paths] if isinstance(paths, str) else paths
    return read_tables(paths, table) if paths else None


concepts = read_table(files.concepts, tables.CONCEPTS)
names = concepts["concept"].tolist()
if params.word_models:
    layers = read_image_correlations(files.correlations, list(params.networks), names)
else:
    layers = read_class_vectors(files.get("similarity", []), params.layer_sets, names)
words = {
    model: read_word_correlations(Path(files[f"words_{model}"]), names).correlations
    for model in params.word_models
}
clusters = {
    "labels": joined("labels", tables.LABELS),
    "assignments": joined("assignments", tables.ASSIGNMENTS),
    "quality": joined("quality", tables.QUALITY),
    "ordered": joined("ordered", tables.ORDERED_CLUSTERS),
}
results = Results(
    concepts=concepts,
    matching=read_table(files.matching, tables.CONCEPT_MATCHING),
    images=read_table(files.images, tables.IMAGES),
    folder=params.folder,
    groups=params.groups,
    matrices={(one.network, one.layer): partial(mean_of, one.matrices) for one in layers},
    words=words,
    passes={model: read_pair_passes(files[f"passes_{model}"]) for model in params.measured},
    tree=read_concept_tree(files.tree) if params.word_models else None,
    two_vs_two=joined("two_vs_two", tables.TWO_VS_TWO),
    alignment=joined("alignment", tables.ALIGNMENT),
    pass_rates=joined("pass_rates", tables.PASS_RATES),
    one_vs_two=joined("one_vs_two", tables.ONE_VS_TWO),
    one_vs_two_images=joined("one_vs_two_images", tables.ONE_VS_TWO_IMAGES),
    reliability=joined("reliability", tables.RELIABILITY),
    clusters=clusters if params.layer_sets else {},
)
titles = Titles(params.title, params.networks, params.word_models, params.layer_titles)
build_explorer(snakemake.output.page, results, titles, files.library)
