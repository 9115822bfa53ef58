"""Activations: extraction to files, their compression, reading, and correlations between images.

What correlations say is in `semantrace.alignment`, means over classes are in
`semantrace.embedding`.
"""
