"""The misclassified images of the page, and which layers side with their true class."""

import numpy as np
import pandas as pd

from semantrace.explorer.layers import Catalogue
from semantrace.explorer.packing import Blocks
from semantrace.io.tables import by_network

SCORES = ("layer", "images", "accuracy", "null_mean", "p_value", "p_family_wise")


def misclassified_part(
    shown: Catalogue, scores: pd.DataFrame, images: pd.DataFrame, blocks: Blocks
) -> list[dict]:
    """Return the misclassified images of each network against each word model.

    Parameters
    ----------
    shown : Catalogue
    scores, images : DataFrame
        `semantrace.core.tables.ONE_VS_TWO` and `semantrace.core.tables.ONE_VS_TWO_IMAGES` of all
        networks and word models.
    blocks : Blocks
        Gets ``sides-0``, …: of each image, of each layer, 1 where the layer sides with the true
        class.

    Returns
    -------
    list of dict
        In the order of ``scores``: network, word model, ``scores`` (a row a layer), ``note`` (why
        there is no test, or what it leaves out) and ``images``: identifier, true and predicted
        word.
    """
    found: list[dict] = []
    for network, rows in by_network(scores).items():
        for model in dict.fromkeys(rows["word_model"]):
            tested = rows[rows["word_model"] == model].sort_values("layer_index")
            here = (images["network"] == network) & (images["word_model"] == model)
            shown_images = _pack_sides(images[here], tested["layer"].tolist(), len(found), blocks)
            found.append(
                {
                    "network": shown.network(network),
                    "word_model": shown.word_model(model),
                    "scores": [
                        [shown.layer(network, row[0]), *row[1:]]
                        for row in tested[[*SCORES]].itertuples(index=False)
                    ],
                    "note": next(filter(None, tested["note"]), ""),
                    "images": shown_images,
                }
            )
    return found


def _pack_sides(
    images: pd.DataFrame, layers: list[str], number: int, blocks: Blocks
) -> list[list[str]]:
    first = images.drop_duplicates("image")
    wide = images.pivot(index="image", columns="layer", values="passed")
    wide = wide.reindex(index=first["image"], columns=layers)
    blocks.add(f"sides-{number}", np.asarray(wide.to_numpy() == True, np.uint8).tobytes())  # noqa: E712
    return first[["image", "concept", "predicted_word"]].to_numpy().tolist()
