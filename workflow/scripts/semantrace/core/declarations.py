"""How a table of results is declared: its columns, and what kind of value each holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

TEXT, WHOLE, NUMBER, TRUTH = "text", "whole number", "number", "true or false"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        With a part in braces it stands for a column of each value of that part:
        ``in_{word_model}``.
    kind : {"text", "whole number", "number", "true or false"}
    meaning : str
        What a cell holds, with its unit and what an empty cell says.
    """

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A kind of table.

    Attributes
    ----------
    path : str
        Where it lies below the study's results; what stands in braces differs from file to file.
    holds : str
        What a row is.
    columns : tuple of Column
        In their order.
    optional : frozenset of str
        Columns that a study may lack.
    """

    path: str
    holds: str
    columns: tuple[Column, ...]
    optional: frozenset[str] = field(default_factory=frozenset)

    @property
    def names(self) -> list[str]:
        """The names of the columns that every such table has, in order."""
        return [
            one.name
            for one in self.columns
            if "{" not in one.name and one.name not in self.optional
        ]

    @property
    def signature(self) -> list[list[str]]:
        """What of the table decides how it is written and read: names and kinds, in order."""
        return [[one.name, one.kind] for one in self.columns]

    def column(self, name: str) -> Column | None:
        """Return what the table says of a column, or None where it has none of this name."""
        return next((one for one in self.columns if _pattern(one.name).fullmatch(name)), None)

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return the columns that a table with these names lacks."""
        present = {self.column(name) for name in names}
        return [name for name in self.names if self.column(name) not in present]

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Return those of the names that the table has, in the order of its columns."""
        known = [name for name in names if self.column(name) is not None]
        return sorted(known, key=lambda name: self.columns.index(self.column(name)))


def _pattern(name: str) -> re.Pattern:
    """Return what the names of a column match: its own, or any that fill the part in braces."""
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(name)))
