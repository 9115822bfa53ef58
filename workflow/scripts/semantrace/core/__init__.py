"""What every other package builds on: errors, logs, progress, names, random numbers, threads.

Nothing here knows of files that a study has, of classes, networks or words.
"""
