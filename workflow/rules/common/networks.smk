"""What decides how each network is built and run, and where its weights lie."""


def weights_settings(wildcards, study=STUDY.settings):
    """What of a network's entry in the study decides its weights."""
    keys = (*BUILT_BY, "weights")
    settings = only(study["networks"][wildcards.network], *keys)
    if isinstance(settings.get("weights"), dict):
        settings["weights"] = without(settings["weights"], "source")
    return settings


def weights_file(wildcards):
    """The converted weights of a network."""
    digest = settings_digest(weights_settings(wildcards, STUDY.written))
    return f"{RESOURCES}/weights/{wildcards.network}-{digest}.weights.h5"


def network_settings(wildcards):
    """What of a network's entry in the study decides its activations; titles do not."""
    network = STUDY.settings["networks"][wildcards.network]
    return without(network, "title", "layer_titles", "weights", "published_top_1")


def architecture_settings(wildcards):
    """What of a network's entry in the study decides how it is built."""
    network = STUDY.settings["networks"][wildcards.network]
    return only(network, *BUILT_BY)


def architecture_file(wildcards):
    """The network's own file and list of classes; other architectures are known by name."""
    network = STUDY.networks[wildcards.network]
    return [*map(ancient, network.own_architecture), *network.architecture_package]


def architecture_contents(wildcards):
    """What of the user's own files decides how a network is built."""
    return contents_of(*STUDY.networks[wildcards.network].own_architecture)


def weights_input(wildcards):
    """The user's own weights, or the package that they come out of."""
    network = STUDY.networks[wildcards.network]
    return [*map(ancient, network.own_weights), *network.weights_package]


def weights_contents(wildcards):
    """What of the user's own files decides the weights of a network."""
    network = STUDY.networks[wildcards.network]
    return contents_of(*network.own_architecture, *network.own_weights)


def streaming_settings(wildcards):
    """What of a network's entry in the study decides its activations, whichever layers it lists."""
    resize = STUDY.networks[wildcards.network].resize
    return {**architecture_settings(wildcards), "resize": resize}


def layers_of(wildcards):
    """The layers that the study lists for a network."""
    return STUDY.networks[wildcards.network].layers


def of_all_networks(path):
    """A file of each network, in the study's order."""
    return collect(path, network=NETWORKS, allow_missing=True)


def layers_of_all(wildcards):
    """The layers that the study lists for all networks."""
    return [layer for network in STUDY.networks.values() for layer in network.layers]


def layers_of_largest(wildcards):
    """The layers that the study lists for the network with the most."""
    return max((network.layers for network in STUDY.networks.values()), key=len)


def class_vector_spaces(wildcards):
    """The layers and layer sets of class vectors, of all networks."""
    return [
        space
        for network, layer_sets in LAYER_SETS.items()
        for space in (*EMBEDDED_LAYERS[network], *layer_sets)
    ]


def embedded_layer_places(wildcards):
    """The layers that need class vectors, and their places among all that the study lists."""
    layers = layers_of(wildcards)
    embedded = EMBEDDED_LAYERS[wildcards.network]
    return {layer: layers.index(layer) + 1 for layer in embedded}
