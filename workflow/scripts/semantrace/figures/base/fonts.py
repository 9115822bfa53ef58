"""Fonts of text in scripts that the figures' own font lacks."""

import contextlib
import unicodedata
from collections.abc import Iterator
from functools import cache

from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.text import Text

from semantrace.core.job import tell

OWN_FAMILY = "DejaVu Sans"
"""Comes with matplotlib, so that text it can draw looks the same on every machine."""

REGULAR = (400, "normal", "regular", "book")

NOT_FOR_TEXT = ("Last Resort", "Color", "Colour", OWN_FAMILY)
"""Parts of names of fonts with signs for missing characters, or with bitmaps alone."""

CJK_NAMES = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "FULLWIDTH", "IDEOGRAPHIC")

INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
"""Unicode's categories of characters that leave no mark: controls, formats, spaces."""

SHOWN_CHARACTERS = 12
"""Characters that a message lists."""


def choose_fonts(artist: Artist) -> None:
    """Give each text in a figure, or a text, the fonts that have what the figures' own lacks.

    Text that the figures' own font can draw stays as it is, whatever else is installed.
    """
    for text in _texts(artist):
        families = dict.fromkeys(map(_family_with, sorted(_lacking(text))))
        chosen = [family for family in families if family is not None]
        if chosen:
            text.set_fontfamily([OWN_FAMILY, *chosen])


def tell_undrawn(artist: Artist, name: str) -> None:
    """Say on the terminal which characters of a figure no installed font has, in one line.

    Parameters
    ----------
    artist : Artist
        The figure.
    name : str
        Its name, for the line.
    """
    undrawn: dict[str, str] = {}
    for text in _texts(artist):
        for character in text.get_text():
            if character in _lacking(text) and _family_with(character) is None:
                undrawn.setdefault(character, " ".join(text.get_text().split()))
    if undrawn:
        characters = "".join(list(undrawn)[:SHOWN_CHARACTERS])
        more = len(undrawn) - SHOWN_CHARACTERS
        characters += f" and {more} more characters" if more > 0 else ""
        packages = " and ".join(sorted({_package_for(character) for character in undrawn}))
        tell(
            f"{name}: no installed font can draw {characters} (in "
            f"{next(iter(undrawn.values()))!r}, for one); install a font that has them, such as "
            f"Debian's {packages}"
        )


def _texts(artist: Artist) -> Iterator[Text]:
    return (text for text in artist.findobj(Text) if not text.get_text().isascii())


def _lacking(text: Text) -> set[str]:
    """Return the characters of a text that the figures' own font lacks."""
    visible = {one for one in text.get_text() if unicodedata.category(one) not in INVISIBLE}
    return {one for one in visible if ord(one) not in _characters_of(_own_file())}


@cache
def _family_with(character: str) -> str | None:
    """Return the family of the first installed font, in a fixed order, that has a character."""
    for family, path in _candidates():
        if ord(character) in _characters_of(path):
            return family
    return None


@cache
def _candidates() -> tuple[tuple[str, str], ...]:
    """Return family and file of each upright font of regular weight, Noto's first."""
    manager = font_manager.fontManager
    known = {entry.fname for entry in manager.ttflist}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        with contextlib.suppress(Exception):  # a file that is no font is none for us either
            manager.addfont(path)  # installed since matplotlib looked last
    found = {
        (entry.name, entry.fname)
        for entry in manager.ttflist
        if entry.style == "normal"
        and entry.weight in REGULAR
        and not any(part in entry.name for part in NOT_FOR_TEXT)
    }
    return tuple(sorted(found, key=_preference))


def _preference(font: tuple[str, str]) -> tuple:
    family, path = font
    return not family.startswith("Noto Sans"), "Mono" in family, family, path


@cache
def _characters_of(path: str) -> frozenset[int]:
    """Return the code points that a font has; none where it cannot be opened."""
    try:
        return frozenset(font_manager.get_font(path).get_charmap())
    except Exception:  # FreeType raises what it finds in a damaged file
        return frozenset()


@cache
def _own_file() -> str:
    return font_manager.findfont(OWN_FAMILY)


def _package_for(character: str) -> str:
    name = unicodedata.name(character, "")
    if any(part in name for part in CJK_NAMES):
        return "fonts-noto-cjk"
    return "fonts-symbola" if unicodedata.category(character) == "So" else "fonts-noto-core"
