"""What all figures share: their look, words beside lines, headings, fonts, small images.

No figure of its own, and nothing that only one figure needs.
"""
