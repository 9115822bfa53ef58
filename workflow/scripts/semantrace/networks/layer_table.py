"""What a study may list of a network: its layers with their sizes."""

import numpy as np
import pandas as pd

from semantrace.networks.network import Network


def layer_table(name: str, network: Network, dtype: str, images: int | None = None) -> pd.DataFrame:
    """Return one row a layer that can be extracted, in the network's order.

    Parameters
    ----------
    name : str
        What the study calls the network.
    network : Network
        With any weights.
    dtype : str
        The type that activations are stored in.
    images : int, optional
        The number of images of the study, where it is known.

    Returns
    -------
    pandas.DataFrame
        `semantrace.core.tables.LAYERS`.
    """
    described = network.describe().set_index("layer")
    layers = list(network.layers)
    values = np.array([network.features_of(layer) for layer in layers], np.int64)
    image_bytes = values * np.dtype(dtype).itemsize
    return pd.DataFrame(
        {
            "network": name,
            "layer": layers,
            "kind": described.loc[layers, "kind"].to_numpy(),
            "shape": described.loc[layers, "shape"].to_numpy(),
            "values": values,
            "image_bytes": image_bytes,
            **({} if images is None else {"study_bytes": image_bytes * images}),
            "rectifier": [network.rectifier_after(layer) or "" for layer in layers],
        }
    )
