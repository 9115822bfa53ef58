"""Figures of the emergence of semantics: scores by layer, concepts, correlation matrices.

The scores themselves are computed in `semantrace.alignment`.
"""
