"""Figures of the emergence of semantics: scores by layer, concepts, correlation matrices."""
