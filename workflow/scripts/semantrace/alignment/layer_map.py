"""Every layer of a network against every layer of a text encoder, as one family of tests."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from semantrace.statistics.permutations import family_wise_p_values

COLUMNS = ("word_model", "network", "layer", "layer_index", "accuracy", "p_value")


def map_layers(scores: Mapping[str, tuple[pd.DataFrame, np.ndarray]]) -> pd.DataFrame:
    """Return the maps of all networks against one text encoder.

    Parameters
    ----------
    scores : mapping of str to (DataFrame, (N, layers) array)
        Of each of the encoder's layers, by its word model: the 2 vs. 2 scores of all layers of all
        networks (`semantrace.core.tables.TWO_VS_TWO`), and their accuracies under permutations.

    Returns
    -------
    DataFrame
        One row a pair of layers; the family of ``p_family_wise`` is the whole map of the network,
        without its pixels.
    """
    table = pd.concat([layers[[*COLUMNS]] for layers, _ in scores.values()], ignore_index=True)
    null = np.concatenate([permuted for _, permuted in scores.values()], axis=1)
    for network in table["network"].unique():
        own = (table["network"] == network).to_numpy()
        family = table.loc[own, "layer_index"].to_numpy() > 0
        observed = table.loc[own, "accuracy"].to_numpy()
        table.loc[own, "p_family_wise"] = family_wise_p_values(observed, null[:, own], family)
    return table
