"""What the operating system answers, said so that its cause is plain and nothing else is blamed."""

import errno
import os

REASONS = {
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM),
        "may not be {verb} (permission denied); change its permissions or those of its folder",
    ),
    **dict.fromkeys(
        (errno.ENOSPC, errno.EDQUOT),
        "the disk is full; make room and run the same command again",
    ),
    **dict.fromkeys(
        (errno.EMFILE, errno.ENFILE),
        "cannot be {verb} (too many open files); raise the limit, as by 'ulimit -n 4096', and run "
        "the same command again",
    ),
    **dict.fromkeys(
        (errno.ENOLCK, errno.ENOTSUP, errno.EAGAIN),
        "cannot be locked, because its file system has no locks or another program holds one; set "
        "HDF5_USE_FILE_LOCKING=FALSE in the environment",
    ),
    errno.ENOENT: "is not there; check the path",
    errno.EROFS: "cannot be {verb} (read-only file system); name a folder on another one",
    errno.EISDIR: "is a folder where a file is due; name a file, or move the folder away",
    **dict.fromkeys(
        (errno.ENOTDIR, errno.EEXIST),
        "cannot be {verb}, because a part of its path is a file where a folder is due; correct the "
        "path, or move that file away",
    ),
    errno.ENAMETOOLONG: "has a name too long for its file system; shorten it",
    errno.EFBIG: "is larger than its file system or a limit allows; see 'ulimit -f'",
    errno.ELOOP: "is a link that leads back to itself; correct the link",
    errno.ESTALE: (
        "cannot be {verb} (stale file handle), because its network file system changed; run the "
        "same command again"
    ),
}
"""What follows a path, by the number of the error."""

OTHER_REASON = "cannot be {verb} ({text}); check the disk that it is on"

WRITING_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
"""Errors that only writing meets, so that the file is known even where the error names none."""


def error_number(error: OSError) -> int | None:
    """Return the number of a system error, also where HDF5 gives it in its message only.

    Returns
    -------
    int or None
        None where the system has not refused anything, as for contents that are not valid.
    """
    if error.errno is not None:
        return error.errno
    text = str(error)
    return next((number for number in errno.errorcode if os.strerror(number) in text), None)


def system_reason(error: OSError, verb: str = "read or written") -> str | None:
    """Say why the system refused a file or folder, and what to do about it.

    Parameters
    ----------
    error : OSError
    verb : str
        What was tried: "read", "written", or both.

    Returns
    -------
    str or None
        A clause that follows the path in a message; None where `error_number` gives none.
    """
    number = error_number(error)
    if number is None:
        return None
    return REASONS.get(number, OTHER_REASON).format(verb=verb, text=os.strerror(number))


def system_problem(error: OSError) -> str | None:
    """Return the line about a system error that names its file; None for any other."""
    reason = system_reason(error)
    if error.filename is None or reason is None:
        return None
    return f"{os.fsdecode(error.filename)}: {reason}"
