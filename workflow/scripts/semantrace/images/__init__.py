"""Images: decoding, data sets, which files belong to them, and the draw of a study's images.

What a class is called in word space is in `semantrace.words`.
"""
