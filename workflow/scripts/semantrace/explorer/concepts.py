"""The concepts of the page: names and meanings, and their pass rates by layer."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from semantrace.explorer.layers import Catalogue
from semantrace.explorer.packing import Blocks


def concept_part(concepts: pd.DataFrame, matching: pd.DataFrame) -> list[dict[str, str]]:
    """Return name, synset and definition of each concept.

    Parameters
    ----------
    concepts, matching : DataFrame
        `semantrace.core.tables.CONCEPTS` and `semantrace.core.tables.CONCEPT_MATCHING`.
    """
    meanings = matching.drop_duplicates("class").set_index("class")["definition"]
    return [
        {
            "name": row.concept,
            "wnid": row.wnid,
            "synset": row.synset,
            "definition": str(meanings.get(row.class_, "")),
        }
        for row in concepts.rename(columns={"class": "class_"}).itertuples()
    ]


def pack_pass_rates(shown: Catalogue, rates: pd.DataFrame, blocks: Blocks) -> None:
    """Pack the pass rates of all concepts, a block for each word model.

    Parameters
    ----------
    shown : Catalogue
    rates : DataFrame
        `semantrace.core.tables.PASS_RATES` of all word models.
    blocks : Blocks
        Gets ``rates-0``, ``rates-1``, … in single precision: of each network, of each layer, of
        each concept. What is not in the table is not a number.
    """
    for place, table in enumerate(_by_word_model(shown, rates)):
        wide = table.pivot(index=["network", "layer"], columns="concept", values="pass_rate")
        layers = [(one.name, layer) for one in shown.networks for layer in one.layers]
        values = wide.reindex(index=layers, columns=list(shown.concepts)).to_numpy()
        blocks.add(f"rates-{place}", values.astype("<f4").tobytes())


def _by_word_model(shown: Catalogue, rates: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for name in shown.word_models:
        yield rates[rates["word_model"] == name]


def order_by_clusters(shown: Catalogue, assignments: pd.DataFrame) -> np.ndarray:
    """Return the concepts' places ordered by their clusters, for a study without a tree of them.

    Parameters
    ----------
    shown : Catalogue
    assignments : DataFrame
        `semantrace.core.tables.ASSIGNMENTS`; the first layer set of the first network decides, in
        as many clusters as it has at most, and in a cluster the typicality.
    """
    first = assignments.iloc[0]
    here = (assignments[["network", "layer_set"]] == first[["network", "layer_set"]]).all(axis=1)
    chosen = assignments[here & (assignments["k"] == assignments.loc[here, "k"].max())]
    chosen = chosen.sort_values(["cluster", "typicality"], ascending=[True, False], kind="stable")
    return np.array([shown.concepts.index(concept) for concept in chosen["concept"]])
