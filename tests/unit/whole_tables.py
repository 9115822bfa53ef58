"""Made-up tables with all the columns that a table of a study has."""

import pandas as pd

from semantrace.core.declarations import TEXT, TRUTH, Table


def completed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The table's columns: those of the frame, and what it lacks as empty texts and zeros."""
    kinds = {name: table.column(name).kind for name in table.names}
    blank = {name: {TEXT: "", TRUTH: False}.get(kind, 0) for name, kind in kinds.items()}
    lacking = {name: value for name, value in blank.items() if name not in frame}
    return frame.assign(**lacking)[table.names]
