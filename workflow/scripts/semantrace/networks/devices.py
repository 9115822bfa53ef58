"""The devices that networks run on."""

from semantrace.core.errors import InputError
from semantrace.study.networks import is_onnx_file


def prepare_devices(require_gpu: bool = False, architecture: str = "") -> None:
    """Let GPUs take memory as they need it, and compute deterministically in full single precision.

    Has to run before TensorFlow first uses a device.

    Parameters
    ----------
    require_gpu : bool
        Whether to refuse to go on without a GPU.
    architecture : str
        The network's; that of an ONNX file runs on what ONNX Runtime finds, and not TensorFlow.

    Raises
    ------
    InputError
        When a GPU is required and what runs the network sees none.
    """
    if is_onnx_file(architecture):
        import onnxruntime  # only what runs the network is loaded

        from semantrace.networks.with_onnx.onnx_session import CUDA

        if require_gpu and CUDA not in onnxruntime.get_available_providers():
            raise InputError(
                "a GPU is demanded but ONNX Runtime has no CUDA provider; install onnxruntime-gpu "
                "in the place of onnxruntime, or do not demand a GPU"
            )
        return
    from semantrace.networks.with_keras import tf

    gpus = tf.config.list_physical_devices("GPU")
    if require_gpu and not gpus:
        raise InputError(
            "a GPU is demanded but TensorFlow sees none; check the driver and the installation of "
            "tensorflow[and-cuda], or do not demand a GPU"
        )
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    if gpus:  # a CPU gives the same bytes as it is
        tf.config.experimental.enable_op_determinism()
    tf.config.experimental.enable_tensor_float_32_execution(False)
