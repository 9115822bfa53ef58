"""Permutations and their p-values, the jackknife, and checks of correlation matrices.

Statistics of one paper's test are beside that test.
"""
