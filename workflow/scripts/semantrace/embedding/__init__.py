"""Class vectors, their similarities and clusters, the names of those, and inversion.

The visual embedding (Garcia-Gasulla et al.). Nothing here draws.
"""
