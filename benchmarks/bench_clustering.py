"""Clustering and naming ImageNet's 1000 classes, for every number of clusters from 2 to 19.

The similarity of two classes is the cosine of their noisy sets of hypernyms, so that clusters are
there to be found. The contenders: Semantrace (one eigendecomposition, k-means for every number of
clusters, names by one matrix product) and what the libraries offer: for every number of clusters
scikit-learn's `SpectralClustering`, and loops over NLTK's hypernyms that name its clusters. Opening
WordNet is not counted, nor is NLTK's reading of the synsets, which both need. Names are compared
cluster by cluster, and partitions by the adjusted Rand index. Where many cuts are nearly as good as
the best, the starts of k-means decide between them: so scikit-learn is also compared with itself,
with other starts.
"""

from functools import cache, partial

import numpy as np
from apart import REPOSITORY
from measuring import Benchmark, Contender, Measurement, scaled
from nltk.corpus.reader.wordnet import Synset, WordNetCorpusReader
from sklearn.cluster import SpectralClustering
from sklearn.metrics import adjusted_rand_score

from semantrace.core.random_streams import random_generator
from semantrace.embedding.cluster_names import indicator, label_clusters, synset_extensions
from semantrace.embedding.clustering import K_MEANS_STARTS, cluster_embedding, spectral_embedding
from semantrace.taxonomy.imagenet import class_wnids
from semantrace.taxonomy.wordnet import WordNet

NUMBERS = range(2, 20)
"""Of clusters."""

ROUNDS = 3
NOISE = 0.35
SEED = 20180601
WORDNET = REPOSITORY / "resources/wordnet"

OURS = "Semantrace"
PEER = "scikit-learn once for every number of clusters + loops over NLTK's hypernyms"
FRUGAL = "loops over NLTK's hypernyms, extensions counted once"
CLUSTERS, NAMES = "Semantrace, clusters alone", "Semantrace, names alone"
PEER_CLUSTERS = "scikit-learn's SpectralClustering alone"
PEER_NAMES = "loops over NLTK's hypernyms, alone"

Partitions = dict[int, np.ndarray]


@cache
def opened() -> WordNet:
    """Open WordNet and let NLTK read what lies above the classes."""
    wordnet = WordNet.load(WORDNET)
    synset_extensions(wordnet, class_wnids())
    return wordnet


def reader() -> WordNetCorpusReader:
    """Return NLTK's reader of the same files."""
    return opened()._reader


def draw_similarity() -> np.ndarray:
    """Draw the classes' cosine similarity, 1000 × 1000: what they inherit, and noise."""
    classes = class_wnids()
    members = synset_extensions(opened(), classes).members
    # what few classes inherit tells them apart, and makes no cluster
    sizes = members.sum(axis=0)
    weights = np.where(sizes < 10, 0, 0.1 + np.sqrt(np.log(len(classes) / sizes)))
    inherited = members * weights
    inherited /= np.linalg.norm(inherited, axis=1, keepdims=True)
    generator = np.random.default_rng(SEED)
    noise = generator.normal(size=(len(classes), 256))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    vectors = np.hstack([inherited, NOISE * noise])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors @ vectors.T).astype(np.float64)


def our_clusters(similarity: np.ndarray, numbers: range) -> Partitions:
    """Find all partitions from one eigendecomposition."""
    embedding = spectral_embedding(similarity, max(numbers))
    return {
        k: cluster_embedding(embedding, k, random_generator(SEED, "clusters", str(k)))
        for k in numbers
    }


def our_names(partitions: Partitions) -> list[str]:
    """Name all clusters at once, with nothing kept from before but what NLTK keeps."""
    extensions = synset_extensions(WordNet(reader()), class_wnids())
    columns = np.hstack([indicator(partition) for partition in partitions.values()])
    return [extensions.wnids[column] for column in label_clusters(extensions, columns).best]


def library_clusters(similarity: np.ndarray, numbers: range, seed: int = SEED) -> Partitions:
    """Find every partition anew."""
    affinity = np.clip(similarity, 0, None)
    partitions = {}
    for k in numbers:
        model = SpectralClustering(
            k, affinity="precomputed", n_init=K_MEANS_STARTS, random_state=seed
        )
        partitions[k] = model.fit_predict(affinity)
    return partitions


def _hypernyms(synset: Synset) -> list[Synset]:
    return synset.hypernyms() + synset.instance_hypernyms()


def library_names(partition: np.ndarray, frugal: bool) -> list[str]:
    """Name the clusters of one partition by going through the hypernyms of their members.

    The frugal way counts the classes under each synset once, the plain one wherever F1 needs it.
    """
    synsets = [reader().synset_from_pos_and_offset("n", int(wnid[1:])) for wnid in class_wnids()]
    closures = [{synset, *synset.closure(_hypernyms)} for synset in synsets]
    sizes: dict[Synset, int] = {}
    for closure in closures if frugal else ():
        for synset in closure:
            sizes[synset] = sizes.get(synset, 0) + 1
    names = []
    for cluster in range(partition.max() + 1):
        members = [closures[row] for row in np.flatnonzero(partition == cluster)]
        best = (-1.0,)
        for synset in set().union(*members):
            shared = sum(synset in closure for closure in members)
            size = sizes[synset] if frugal else sum(synset in closure for closure in closures)
            f1 = 2 * shared / (len(members) + size)
            if f1 >= best[0]:  # among equals, Semantrace's order
                rank = (f1, size, -synset.min_depth(), -synset.offset())
                best = max(best, rank)
        names.append(f"n{-best[3]:08d}")
    return names


def all_library_names(partitions: Partitions, frugal: bool = False) -> list[str]:
    """Name the clusters of one partition after the other."""
    return [name for partition in partitions.values() for name in library_names(partition, frugal)]


def agreement(some: Partitions, others: Partitions) -> str:
    """Say how many partitions are the same, and the least adjusted Rand index."""
    indices = [adjusted_rand_score(some[k], others[k]) for k in some]
    same = sum(index > 1 - 1e-12 for index in indices)
    return f"{same} of {len(indices)}, adjusted Rand index {min(indices):.3f} or more"


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure the whole and its parts, for a part of the numbers of clusters."""
    numbers = NUMBERS[: scaled(len(NUMBERS), scale)]
    similarity = draw_similarity()
    ours, theirs = our_clusters(similarity, numbers), library_clusters(similarity, numbers)
    for frugal in (False, True):
        assert our_names(ours) == all_library_names(ours, frugal)
    others = library_clusters(similarity, numbers, SEED + 1)
    note = (
        f"names equal; equal partitions: {agreement(ours, theirs)}; of scikit-learn's own with "
        f"other starts: {agreement(others, theirs)}"
    )
    frugal_names = partial(all_library_names, ours, frugal=True)
    target = "≥ 10 × as long"
    contenders = [
        Contender(OURS, of={CLUSTERS: 1, NAMES: 1}),
        Contender(
            PEER, of={PEER_CLUSTERS: 1, PEER_NAMES: 1}, against=OURS, target=target, note=note
        ),
        Contender(CLUSTERS, partial(our_clusters, similarity, numbers)),
        Contender(PEER_CLUSTERS, partial(library_clusters, similarity, numbers), CLUSTERS),
        Contender(NAMES, partial(our_names, ours)),
        Contender(PEER_NAMES, partial(all_library_names, ours), NAMES),
        Contender(FRUGAL, frugal_names, NAMES),
    ]
    given = f"{len(similarity)} classes, {min(numbers)} to {max(numbers)} clusters"
    return Benchmark("clusters with names", given, contenders, ROUNDS, warm_up=False).run()
