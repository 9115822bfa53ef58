"""The figures of a study, drawn from what its rules write.

Nothing here computes a result: what a figure shows is in a table or file that another rule made.
"""
