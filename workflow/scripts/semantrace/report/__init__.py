"""The pages of a study's report: its summary, tables that sort and filter, numbers for captions.

Here live words and HTML around what the tables of a study say. Nothing is computed here: each
number on a page stands in a table. Figures live in `semantrace.figures`.
"""
