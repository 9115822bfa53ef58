"""Fetch a Debian package of images and unpack those that the study's table names."""

from semantrace.core.job import start

start(snakemake)

from semantrace.images.datasets import copy_images, read_image_table
from semantrace.io.debian_packages import fetch_package
from semantrace.io.files import atomic_path

dataset = snakemake.params.dataset
read_image_table(snakemake.input.table)  # a mistake in it shows before the download
package = fetch_package(dataset["package"], snakemake.params.downloads, snakemake.params.version)
with atomic_path(snakemake.output[0]) as folder:
    copy_images(package, dataset, folder)
