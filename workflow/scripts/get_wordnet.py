"""Fetch WordNet 3.0 and lay it out as NLTK reads it."""

from semantrace.core.job import start

start(snakemake)

from semantrace.taxonomy.wordnet_sources import fetch_wordnet

fetch_wordnet(snakemake.params.wordnet, snakemake.params.kept_in, snakemake.output[0])
