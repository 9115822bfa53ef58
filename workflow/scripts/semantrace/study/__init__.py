"""The study and the configuration as a user writes them: reading, checking, what can be asked for.

Nothing here opens images, networks or word vectors; `semantrace.examination` does.
"""
