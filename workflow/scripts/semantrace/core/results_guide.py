"""The page that says what lies among a study's results, made of what is said of its tables."""

from collections.abc import Iterable, Iterator

from semantrace.core import tables
from semantrace.core.columns import COLUMNS
from semantrace.core.declarations import Table
from semantrace.core.tables import FIGURE_DATA

BEGINNING = """\
# Results

A run writes `results/<study>/` here; nothing in it is tracked. This page is made by `make guide`.

## Files

| path | what it holds |
|---|---|
| `checked.txt` | a digest of what was examined before the first job, so that it is not examined again |
| `activations/{network}/{shard}/{layer}.h5` | activations, one file a layer; `pixels.h5` is layer zero |
| `correlations/words/{word_model}.h5`, `correlations/{network}/{group}.h5` | correlations between concepts |
| `encoded_names/{encoder}.npy`, `.vocabulary.txt` | embeddings of a text encoder, layers × names × width, and the names |
| `two_vs_two/{word_model}/networks/{network}/null.h5` | the accuracy of each group of each layer under each permutation |
| `two_vs_two/{word_model}/networks/{network}/halves.h5` | the accuracy of each layer in halves of the concepts, by which layers are compared |
| `two_vs_two/{word_model}/pair_passes.h5` | in how many groups of images each pair of concepts passes the test, by layer, pairs in the order of `numpy.triu_indices` |
| `alignment/{word_model}/networks/{network}.h5` | a network's layers by every measure, and the highest score under each permutation, until all networks are one family |
| `permutations.h5` | the permutations that all scores share |
| `concept_tree/{word_model}.h5` | concepts ordered by words and by images at the best layer, with the groups that WordNet names |
| `class_vectors/{network}/{shard}/{layer}.h5` | class vectors of unit norm |
| `similarity/{network}.h5` | cosine similarity of classes, by layer and layer set |
| `distances/{network}/{layer_set}.mat` | triangular distance matrix (1 − cosine) with its classes, for `scipy.io.loadmat` |
| `wordnet_similarity.h5` | six similarities of all pairs of classes in WordNet |
| `inversions/{network}.h5` | images of class vectors, and the cosines that they reach |
| `explorer.html` | all of it as linked views in one page, which works offline |
| `figures/{name}.pdf`, `.png`, `.tsv` | each figure, and the data drawn in it |
| `tables/{name}.html` | the tables below as pages that sort and filter, for the report |
| `summary.html`, `captions/{figure}.html` | the study in its own numbers: the report's first page, and what captions quote |
| `logs/`, `benchmarks/` | what each job said, and what it cost (but for shared downloads) |

HDF5 files explain themselves by their attributes: network, layer, shape, weights' sha256, preprocessing.

## Tables

Tables are tab-separated text with a header. Every row says by its columns what it belongs to.
"""  # noqa: E501


def results_guide() -> str:
    """Return the page, in Markdown."""
    made = [one for one in vars(tables).values() if isinstance(one, Table)]
    return "\n".join(
        [
            BEGINNING,
            *_tables(made),
            "\n## Data of the figures\n",
            *_tables(FIGURE_DATA.values()),
            "\n## Columns\n\nA column means the same in every table that has it.\n",
            *_columns(),
            "",
        ]
    )


def _tables(shown: Iterable[Table]) -> Iterator[str]:
    yield "| table | a row is | columns |"
    yield "|---|---|---|"
    for table in shown:
        names = " ".join(f"`{column.name}`" for column in table.columns)
        yield f"| `{table.path}` | {table.holds} | {names} |"


def _columns() -> Iterator[str]:
    yield "| column | kind | what it holds |"
    yield "|---|---|---|"
    for _, column in sorted(COLUMNS.items()):
        yield f"| `{column.name}` | {column.kind} | {column.meaning} |"


if __name__ == "__main__":
    print(results_guide(), end="")
