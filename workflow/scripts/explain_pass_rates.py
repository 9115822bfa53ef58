"""Write what goes along with the pass rates of concepts, for every word model."""

from semantrace.core.job import start, tell

start(snakemake)

import pandas as pd

from semantrace.alignment.best_layers import best_layers
from semantrace.alignment.concept_predictors import concept_predictors, read_spread
from semantrace.alignment.concept_regression import explain_pass_rates
from semantrace.core.tables import CONCEPT_REGRESSION, CONCEPTS, PASS_RATES, TWO_VS_TWO
from semantrace.io.files import open_hdf5
from semantrace.io.tables import read_table, write_table
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.word_vectors import WordVectors

files = snakemake.input
concepts, wordnet = read_table(files.concepts, CONCEPTS), WordNet.load(files.wordnet)
with open_hdf5(files.permutations) as file:
    permutations = file["permutations"][:]
parts = []
for name, look_up in snakemake.params.look_ups.items():
    best = best_layers(read_table(files[f"layers_{name}"], TWO_VS_TWO))
    rates = read_table(files[f"concepts_{name}"], PASS_RATES)
    vectors = WordVectors.open(files[f"vectors_{name}"], files[f"vocabulary_{name}"], **look_up)
    known = concept_predictors(concepts, wordnet, vectors)
    for row in best.itertuples():
        chosen = (rates["network"] == row.network) & (rates["layer"] == row.layer)
        spread = read_spread(files.averages, row.network, row.layer)
        found = explain_pass_rates(rates[chosen], known | spread, permutations)
        if not found.empty:
            parts.append(found.assign(word_model=name))
table = pd.concat(parts) if parts else pd.DataFrame(columns=CONCEPT_REGRESSION.names)
if not parts:
    tell("concept_regression: too few concepts, or pass rates that are all equal; none was fitted")
write_table(table, snakemake.output.table, CONCEPT_REGRESSION)
