"""Word vectors in all their formats, and the classes of a data set that have words.

What words say about layers is in `semantrace.alignment`.
"""
