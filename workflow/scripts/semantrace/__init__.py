"""Semantrace: traces where meaning appears inside convolutional networks.

The library behind the workflow. It imports no Snakemake and can be used from a notebook.
"""

__version__ = "0.1.0"
