"""How far images and words lie alike: 2 vs. 2, 1 vs. 2, RSA, comparisons and reliability.

The emergence of semantics (Dharmaretnam & Fyshe 2018). Nothing here draws.
"""
