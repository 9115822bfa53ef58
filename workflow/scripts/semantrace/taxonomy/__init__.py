"""WordNet and the classes of ImageNet: sources, nouns, senses and similarities.

How classes of a data set are matched to it is in `semantrace.words`.
"""
