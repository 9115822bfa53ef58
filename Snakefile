"""`snakemake --cores 8 --resources gpu=1` here runs the study that config.yaml names.

Every figure and table can also be asked for by its name or its path.
"""

from snakemake.utils import min_version

min_version("9.0")


module semantrace:
    snakefile:
        "workflow/Snakefile"


use rule * from semantrace


# Read in the module already; Snakemake names it in its reports.
configfile: "config.yaml"


onstart:
    semantrace.before_first_job()


semantrace.refuse_unknown_targets()
