"""Semantrace: traces where meaning appears inside convolutional networks.

`snakemake --cores 8 --resources gpu=1` runs the study that config.yaml names; every figure and
table can also be asked for by its name or its path.
"""

from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/common.smk"


# Read in common.smk already; Snakemake names it in its reports.
configfile: "config.yaml"


include: "workflow/rules/inputs.smk"
include: "workflow/rules/outputs.smk"
include: "workflow/rules/resources.smk"
include: "workflow/rules/check.smk"
include: "workflow/rules/images.smk"
include: "workflow/rules/activations.smk"
include: "workflow/rules/correlations.smk"
include: "workflow/rules/class_vectors.smk"
include: "workflow/rules/similarity.smk"
include: "workflow/rules/wordnet.smk"
include: "workflow/rules/scoring.smk"
include: "workflow/rules/one_vs_two.smk"
include: "workflow/rules/clustering.smk"
include: "workflow/rules/inversion.smk"
include: "workflow/rules/figures.smk"


rule all:
    default_target: True
    input:
        [figure_files(FIGURES[name]) for name in STUDY.get("figures", FIGURES)],
        TABLES.values(),


for name, path in {
    **{name: figure_files(png) for name, png in FIGURES.items()},
    **TABLES,
}.items():

    rule:
        name:
            name
        input:
            path,


for alias, target in ALIASES.items():

    rule:
        name:
            alias
        input:
            figure_files(FIGURES[target]) if target in FIGURES else TABLES[target],


include: "workflow/rules/targets.smk"
