"""Files and folders that a study names and its user must have."""

from pathlib import Path

from semantrace.errors import InputError, suggest


def require_file(path: str | Path, key: str, advice: str = "check the path") -> Path:
    """Return the path of a user's file, which must exist.

    Parameters
    ----------
    path : path
        What the user wrote.
    key : str
        Where, for the message.
    advice : str
        What to do where the file is missing, after the names beside it that are like its own.

    Raises
    ------
    InputError
        When there is no such file.
    """
    path = Path(path)
    if path.is_file():
        return path
    raise InputError(f"{key}: there is no file {path}; {_nearest(path, advice)}")


def require_folder(path: str | Path, key: str, advice: str = "check the path") -> Path:
    """Return the path of a user's folder, which must exist; see `require_file`."""
    path = Path(path)
    if path.is_dir():
        return path
    raise InputError(f"{key}: there is no folder {path}; {_nearest(path, advice)}")


def _nearest(path: Path, advice: str) -> str:
    """Put names like the missing one before the advice."""
    if not path.parent.is_dir():
        return advice
    near = suggest(path.name, (item.name for item in path.parent.iterdir()))
    return f"{near} Otherwise {advice}" if near.startswith("did you mean") else advice
