"""Write the matrices of words and images for rsatoolbox."""

from semantrace.core.job import start

start(snakemake)

from pathlib import Path

from semantrace.activations.correlation_files import read_image_correlations, read_word_correlations
from semantrace.alignment.rdm_files import write_rdms
from semantrace.core.tables import CONCEPTS
from semantrace.io.tables import read_table

files, params = snakemake.input, snakemake.params
concepts = read_table(files.concepts, CONCEPTS)["concept"].tolist()
words = {
    model: read_word_correlations(Path(files[f"words_{model}"]), concepts).correlations
    for model in params.models
}
layers = read_image_correlations(files.images, params.networks, concepts)
write_rdms(snakemake.output[0], concepts, words, layers)
