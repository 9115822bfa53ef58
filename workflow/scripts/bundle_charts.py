"""Write the library that draws the explorer's charts as one file of JavaScript."""

from semantrace.core.job import start

start(snakemake)

import vl_convert

from semantrace.io.files import write_lines

bundle = vl_convert.javascript_bundle(vl_version=snakemake.params.vega_lite)
write_lines([bundle], snakemake.output[0])
