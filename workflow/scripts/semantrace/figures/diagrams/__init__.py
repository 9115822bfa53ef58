"""The diagram of a network: boxes of layers, blocks of boxes, rows of blocks, and the page.

Nothing here needs TensorFlow: what a network consists of is read from its table.
"""
