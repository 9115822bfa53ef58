"""A trained network with random weights, which is the natural control of what training adds."""

import keras

from semantrace.networks.with_keras.layer_calls import trace


def random_copy(model: keras.Model, config: dict) -> keras.Model:
    """Return a model of the same layers with weights drawn anew by each layer's initialisers.

    Parameters
    ----------
    model : keras.Model
        Functional or sequential.
    config : dict
        Its configuration as the file has it, before a trace renamed layers of models inside.

    Returns
    -------
    keras.Model
        `Normalization` layers keep the means and variances that they were adapted to, since they
        prepare the input. Seeds that initialisers were saved with are left out, so that Keras' own
        seed decides.
    """
    copy = type(model).from_config(_without_seeds(config))
    for trained, fresh in zip(trace(model)[1], trace(copy)[1], strict=True):
        if isinstance(trained.operation, keras.layers.Normalization):
            fresh.operation.set_weights(trained.operation.get_weights())
            fresh.operation.finalize_state()
    return copy


def _without_seeds(config: object) -> object:
    """Return a configuration of Keras in which no initialiser has a seed of its own."""
    if isinstance(config, dict):
        kept = {key: _without_seeds(value) for key, value in config.items()}
        settings = kept.get("config")
        if kept.get("module") == "keras.initializers" and isinstance(settings, dict):
            kept["config"] = settings | ({"seed": None} if "seed" in settings else {})
        return kept
    if isinstance(config, list | tuple):
        return type(config)(_without_seeds(item) for item in config)
    return config
