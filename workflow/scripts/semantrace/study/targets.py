"""What is asked for on the command line, and why it cannot be made."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from semantrace.core.errors import suggest
from semantrace.study.figures import Offer

FIGURE_SUFFIXES = (".png", ".pdf", ".tsv")


@dataclass(frozen=True)
class Targets:
    """What can be asked for in a study.

    Attributes
    ----------
    study : str
        The study's name.
    results : str
        The folder of its results, as paths in it begin.
    offers : dict of str to Offer
        All figures and tables, also those that the study has not.
    names : list of str
        Further names: aliases, and rules that make what they say.
    patterns : list of str
        Rules that make one of many files, which have to be asked for by path.
    files : callable
        Lists the paths to propose where one is misspelt.
    makes : callable
        Whether a rule makes a path.
    """

    study: str
    results: str
    offers: dict[str, Offer]
    names: list[str]
    patterns: list[str]
    files: Callable[[], list[str]]
    makes: Callable[[str], bool]

    def problems(self, asked: Iterable[str], rules_allowed: bool = False) -> list[str]:
        """Return a line for each target that cannot be made.

        Parameters
        ----------
        asked : iterable of str
            Names or paths.
        rules_allowed : bool
            Whether rules that make many files may be named, as behind ``--until``.
        """
        rules = [*self.names, *(self.patterns if rules_allowed else ())]
        problems = {target: self._problem(target, rules) for target in asked if "://" not in target}
        return [f"target {target!r}: {problem}" for target, problem in problems.items() if problem]

    def _problem(self, target: str, rules: list[str]) -> str:
        if not target:
            return "a target is empty; leave it out, or check the variable that it comes from"
        name = self._figure(target)
        offer = self.offers.get(name)
        if offer and offer.lacks:
            return (
                f"{name} needs {offer.lacks}, which the study {self.study} has not; "
                f"add it to studies/{self.study}.yaml"
            )
        if target in (*self.offers, *rules):
            return ""
        if target in self.patterns:
            return "this rule makes many files; ask for one of them by its path"
        path = target if Path(target).is_absolute() else os.path.relpath(target)
        if self.makes(path):
            return ""
        return self._unknown(target, path, rules)

    def _figure(self, target: str) -> str:
        """Return the figure or table that a path stands for, else the target itself."""
        path = Path(os.path.relpath(target))
        folders = [Path(os.path.relpath(self.results)) / kind for kind in ("figures", "tables")]
        is_file = path.suffix in FIGURE_SUFFIXES and path.parent in folders
        return path.stem if is_file else target

    def _unknown(self, target: str, path: str, rules: list[str]) -> str:
        relative = os.path.relpath(path)
        if Path(path).is_absolute() and self.makes(relative):
            return f"paths are relative to this folder; say {relative!r}"
        root = Path(os.path.relpath(Path(self.results).parent))
        parts = Path(relative).relative_to(root).parts if root in Path(relative).parents else ()
        if len(parts) > 1 and parts[0] != self.study:
            return (
                f"it belongs to the study {parts[0]}, and this is {self.study}; "
                f"add --config study={parts[0]} behind the target"
            )
        have = [name for name, offer in self.offers.items() if not offer.lacks]
        if len(Path(target).parts) > 1:
            near = suggest(relative, self.files())
        else:
            near = suggest(Path(target).stem, dict.fromkeys([*have, *rules]))
        if not near.startswith("did you mean"):
            near = f"figures and tables are {', '.join(have)}"
        return f"the study {self.study} has no such figure, table or file; {near}"
