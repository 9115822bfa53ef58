"""The examination of a whole study before it runs: what is wrong with it, and what it will take.

Rules that one file of YAML has to obey are in `semantrace.study`.
"""
