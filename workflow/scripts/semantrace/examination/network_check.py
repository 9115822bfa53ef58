"""The networks of a study examined: can each be built, has it the layers, what will it take?"""

import time
from collections.abc import Mapping

import numpy as np

from semantrace.examination.plan import NetworkSize
from semantrace.examination.study_findings import StudyCheck

MEASURED_BATCH = 8


def check_networks(check: StudyCheck, study: Mapping, measure: bool) -> None:
    """Build the networks of a study without their weights, and note the sizes of those in order.

    Parameters
    ----------
    check : StudyCheck
        Gets problems and sizes.
    study : mapping
    measure : bool
        Whether each network computes one batch of images, to tell how long it takes.
    """
    for name, spec in study.get("networks", {}).items():
        _check_network(check, name, spec, measure)


def _check_network(check: StudyCheck, name: str, spec: Mapping, measure: bool) -> None:
    from semantrace.networks.checks import check_network  # TensorFlow takes seconds

    network = check_network(name, spec, check.problems)
    if network is not None:
        layers = {layer: network.shape_of(layer) for layer in spec["layers"]}
        seconds = _seconds_of_an_image(spec, list(layers)) if measure else 0.0
        parameters = network.parameters
        check.networks.append(NetworkSize(name, network.input_size, layers, parameters, seconds))


def _seconds_of_an_image(spec: Mapping, layers: list[str]) -> float:
    """Return the processor seconds of an image, once the network has been compiled."""
    from semantrace.networks.registry import build_network

    network = build_network(spec)
    batch = np.zeros((MEASURED_BATCH, *network.input_size, 3), np.uint8)
    forward = network.forward_pass(layers, "float32", MEASURED_BATCH)
    forward(batch)
    start = time.process_time()
    forward(batch)
    return (time.process_time() - start) / MEASURED_BATCH
