"""What every other package builds on: errors, logs, progress, random numbers, names, columns.

Nothing here reads or writes results; which columns their tables have is said here.
"""
