"""Write how often each network names the class of the study's images."""

from semantrace.core.job import show, start, tell

start(snakemake)

import pandas as pd

from semantrace.alignment.accuracy import is_far_below, network_accuracy
from semantrace.alignment.predicted_classes import (
    class_identities,
    known_identities,
    read_predictions,
)
from semantrace.core.tables import ACCURACY, CONCEPTS, IMAGES
from semantrace.images.class_lists import read_classes
from semantrace.io.tables import read_table, write_table
from semantrace.taxonomy.imagenet import class_wnids
from semantrace.taxonomy.wordnet import WordNet

files = snakemake.input
concepts, images = read_table(files.concepts, CONCEPTS), read_table(files.images, IMAGES)
images["identity"] = known_identities(images)
wordnet = WordNet.load(files.wordnet)
rows = []
for name, listed in snakemake.params.classes.items():
    predictions = read_predictions(files[f"activations_{name}"], ranks=5)
    classes = class_wnids() if listed is None else read_classes(listed)
    if predictions is not None:
        predicted = class_identities(predictions["predicted_wnid"], concepts, wordnet)
        predictions = predictions.assign(predicted=predicted)
        classes = class_identities(pd.Series(classes, dtype=str), concepts, wordnet)
    published = snakemake.params.published[name]
    row = network_accuracy(predictions, images, classes)
    rows.append({"network": name, **row, "published_top_1": published})
    if published is not None and is_far_below(row["top_1"], row["images"], published):
        tell(
            f"networks.{name}: top-1 is {row['top_1']:.2f} on {row['images']} images and "
            f"{published:.2f} was published; check preprocessing, resize and the order of classes"
        )
table = pd.DataFrame(rows)
write_table(table, snakemake.output[0], ACCURACY)
show(table.to_string(index=False, na_rep="", float_format="{:.3f}".format).splitlines())
