"""Rank the concepts by their pass rate at the best layer against one word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.alignment.best_layers import best_of_all
from semantrace.alignment.ranked_concepts import rank_concepts
from semantrace.core.tables import PASS_RATES, RANKED_CONCEPTS, TWO_VS_TWO
from semantrace.io.tables import read_table, write_table

best = best_of_all(read_table(snakemake.input.layers, TWO_VS_TWO))
rates = read_table(snakemake.input.concepts, PASS_RATES)
here = (rates["network"] == best["network"]) & (rates["layer"] == best["layer"])
write_table(rank_concepts(rates[here]), snakemake.output[0], RANKED_CONCEPTS)
