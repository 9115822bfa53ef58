"""The identifiers of WordNet's synsets, and the names that NLTK gives them."""

import re

WNID = re.compile(r"n[0-9]{8}")
"""ImageNet's identifier of a noun synset: n and the eight digits of its offset in WordNet 3.0."""

SYNSET_NAME = re.compile(r"(?P<lemma>.+)\.(?P<part>[nvars])\.(?P<number>[0-9]{1,3})")
"""A lemma, its part of speech and the number of the sense, such as ``crane.n.04``."""
