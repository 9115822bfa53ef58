"""Semantrace: traces where meaning appears inside convolutional networks.

The library behind the workflow. It imports no Snakemake and can be used from a notebook.
"""

import os

# Results are written under other names and moved once they are whole, so HDF5's locks protect
# nothing, and where a file system has none HDF5 would refuse every file. HDF5 looks when h5py is
# imported, so this is set before any module here can.
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

__version__ = "0.1.0"
