"""Measures of how alike two spaces hold the same concepts: one module each, and their registry.

Every measure takes k×k matrices alone. Which layers are scored, p-values and tables are in
`semantrace.alignment.panel`.
"""
