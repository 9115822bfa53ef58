"""Files: whole or not at all, tables and HDF5, downloads, packages, and a user's own files.

Nothing here knows what a file is about, but that rows of tables belong to networks and layers.
"""
