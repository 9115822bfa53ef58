"""The explorer: one page of linked views of a study's results, which works without a network.

Each module but the last three prepares what one view shows; `packing`, `page_files` and `page`
write it. Nothing here tests, scores or clusters: what the page shows is in files that rules made.
"""
