"""Word vectors in all their formats, text encoders, and the classes of a dataset that have words.

What words say about layers is in `semantrace.alignment`.
"""
