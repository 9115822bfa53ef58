"""What all figures share: their look, words beside lines, headings, fonts, small images."""
