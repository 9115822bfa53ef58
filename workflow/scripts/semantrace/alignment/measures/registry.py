"""The measures of the panel, in the order of tables and figures."""

from semantrace.alignment.measures import decoding, procrustes, retrieval
from semantrace.alignment.measures.neighbours import mutual_neighbours
from semantrace.alignment.measures.spaces import Measure
from semantrace.alignment.measures.triangles import debiased_cka, rsa_pearson, rsa_spearman
from semantrace.alignment.measures.two_vs_two_measure import two_vs_two_scores

MEASURES = (
    Measure("two_vs_two", two_vs_two_scores),
    Measure("rsa_spearman", rsa_spearman),
    Measure("rsa_pearson", rsa_pearson),
    Measure("cka", debiased_cka),
    Measure("neighbours", mutual_neighbours),
    Measure("procrustes", procrustes.procrustes, procrustes.PERMUTATIONS),
    Measure("decoding", decoding.leave_two_out, decoding.PERMUTATIONS),
    Measure("retrieval", retrieval.retrieval, retrieval.PERMUTATIONS),
)
