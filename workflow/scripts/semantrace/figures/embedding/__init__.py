"""Figures of the visual embedding: clusters, their agreement and names, WordNet, inversions."""
