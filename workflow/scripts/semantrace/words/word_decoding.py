"""Words from bytes: UTF-8, or a clear line where a file is in another encoding."""

import logging
from pathlib import Path

from semantrace.core.errors import InputError

LONG_BYTES = 90
"""word2vec cuts words at 100 bytes, which may leave half a character at their end."""

logger = logging.getLogger(__name__)


class WordDecoder:
    """Decode the words of one file, and tell from all of them whether they are UTF-8.

    Single words that are not valid UTF-8 stand in many published models; they are kept with the
    replacement character. A file with words beyond ASCII, none of which is UTF-8, is in another
    encoding.

    Parameters
    ----------
    source : pathlib.Path
        For messages.
    """

    def __init__(self, source: Path):
        self.source = source
        self.invalid = 0
        self.example: bytes | None = None
        self.any_valid = False

    def decode(self, raw: bytes) -> str:
        """Return a word."""
        try:
            word = raw.decode("utf-8")
        except UnicodeDecodeError:
            self.invalid += 1
            if self.example is None and len(raw) < LONG_BYTES:
                self.example = raw
            return raw.decode("utf-8", errors="replace")
        self.any_valid = self.any_valid or not word.isascii()
        return word

    def finish(self) -> None:
        """Warn of words that are not UTF-8.

        Raises
        ------
        InputError
            When the file is in another encoding.
        """
        if not self.invalid:
            return
        if self.example is not None and not self.any_valid:
            raise InputError(
                f"{self.source}: its words are not in UTF-8, such as "
                f"{self.example.decode('latin-1')!r} (as Latin-1); convert the file, for example "
                "with iconv -f LATIN1 -t UTF-8"
            )
        logger.warning("%s: %d words are not valid UTF-8", self.source, self.invalid)
