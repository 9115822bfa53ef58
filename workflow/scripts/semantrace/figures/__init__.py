"""The figures of a study, drawn from what its rules write.

Nothing here tests, scores, correlates or clusters: what a figure shows is in a table or file that
another rule made. It is ordered for the page, and what has many marks may be averaged in a heading.
"""
