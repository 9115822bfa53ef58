"""Fetch WordNet 3.0 and lay it out as NLTK reads it."""

from pathlib import Path

from semantrace.job import start

start(snakemake)

from semantrace.debian_packages import fetch_package
from semantrace.files import atomic_path
from semantrace.wordnet_files import PACKAGES, install_wordnet

downloads = Path(snakemake.params.downloads)
sources = [fetch_package(package, downloads / package) for package in PACKAGES]
with atomic_path(snakemake.output[0]) as folder:
    install_wordnet(sources, folder)
