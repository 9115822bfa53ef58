"""Test whether layers know better what the network misclassified, against every word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.activations.correlation_files import read_image_correlations, read_word_correlations
from semantrace.alignment.misclassification import usable_tests
from semantrace.alignment.one_vs_two_tables import score_one_vs_two
from semantrace.alignment.predicted_classes import read_predictions, with_wnids
from semantrace.core.tables import CONCEPTS, IMAGES, ONE_VS_TWO, ONE_VS_TWO_IMAGES
from semantrace.io.files import open_hdf5
from semantrace.io.tables import read_table, write_table
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.word_vectors import WordVectors

files, params = snakemake.input, snakemake.params
concepts = read_table(files.concepts, CONCEPTS)
names = concepts["concept"].tolist()
layers = read_image_correlations(files.images, [snakemake.wildcards.network], names)
with open_hdf5(files.permutations) as file:
    permutations = file["permutations"][:]
predictions = read_predictions(files.activations)
if predictions is not None:
    images, wordnet = read_table(files.study_images, IMAGES), WordNet.load(files.wordnet)
    predictions = with_wnids(predictions, concepts, wordnet)
for name, look_up in params.look_ups.items():
    words = read_word_correlations(files[f"words_{name}"], names).correlations
    misclassification = None
    if predictions is not None:
        vectors = WordVectors.open(files[f"vectors_{name}"], files[f"vocabulary_{name}"], **look_up)
        words, misclassification = usable_tests(
            words, vectors, concepts, images, predictions, wordnet, params.concepts
        )
    tables = score_one_vs_two(words, layers, misclassification, permutations)
    layers_file, images_file = (snakemake.output[f"{part}_{name}"] for part in ("layers", "images"))
    write_table(tables.layers.assign(word_model=name), layers_file, ONE_VS_TWO)
    write_table(tables.images.assign(word_model=name), images_file, ONE_VS_TWO_IMAGES)
