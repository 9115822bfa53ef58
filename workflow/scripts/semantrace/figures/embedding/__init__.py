"""Figures of the visual embedding: clusters, their agreement and names, WordNet, inversions.

Clusters, their names and their order come from `semantrace.embedding`.
"""
