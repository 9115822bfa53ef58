"""Export a network of PyTorch to an ONNX file whose inner tensors keep the names of its modules."""

import torch


def to_onnx(network, path, size):
    """Write a network in the form that a study takes.

    Parameters
    ----------
    network : torch.nn.Module
        From images (batch × 3 × size × size) to anything.
    path : str
        The file to write, which ends in .onnx.
    size : int
        Height and width of its images.
    """
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1, 3, size, size),),
        path,
        input_names=["images"],
        output_names=["output"],
        dynamic_axes={"images": {0: "batch"}, "output": {0: "batch"}},
        opset_version=17,
        dynamo=False,  # the other exporter names tensors by numbers
    )


def print_preparation(mean, deviation, interpolation, crop):
    """Print the study's keys for how a network's images are prepared.

    Parameters
    ----------
    mean, deviation : sequence of float
        By channel, of values from 0 to 1.
    interpolation : str
        Such as bicubic.
    crop : float
        The share of the shorter side that is seen.
    """
    means, deviations = ([round(value, 6) for value in each] for each in (mean, deviation))
    print(f"preprocessing: {{range: [0, 1], mean: {means}, deviation: {deviations}}}")
    print(f"resize: {{rule: center_crop, filter: {interpolation}, crop: {round(crop, 4)}}}")
