"""Solutions: columns of results beside the referee's word."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _engine
from ._network import Network

if TYPE_CHECKING:
    import pandas


class Columns(Mapping[str, np.ndarray]):
    """Results of one table: field to ``[element × step]`` (``[element]`` for what has no steps).

    The arrays look into the solution's own memory and are read-only; they keep it alive.
    """

    def __init__(self, solution: Solution, word: str) -> None:
        self._solution, self.word = solution, word

    @property
    def names(self) -> list[str]:
        """Names of the elements, in order."""
        return self._solution.network.tables[self.word].names

    def __getitem__(self, field: str) -> np.ndarray:
        column = self._solution._engine.column(self.word, field)
        if column is None:
            raise KeyError(f"{self.word} have no result {field!r}; results: {', '.join(self)}")
        return column

    def __iter__(self) -> Iterator[str]:
        return (field for word, field in self._solution._engine.columns() if word == self.word)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def frame(self, field: str) -> pandas.DataFrame | pandas.Series:
        """The column as pandas has it: a frame ``[step × element]``, or a series by element. Needs pandas."""
        import pandas as pd

        column = self[field]
        if column.ndim == 1:
            return pd.Series(column, index=self.names, name=field)
        starts = self._solution.network.time.starts
        return pd.DataFrame(column.T, index=None if starts is None else pd.DatetimeIndex(starts), columns=self.names)

    def __repr__(self) -> str:
        return f"<results of {self.word}: {', '.join(self)}>"


class Results(Mapping[str, Columns]):
    """All results: ``results["generators"]["p_mw"]``."""

    def __init__(self, solution: Solution) -> None:
        self._solution = solution

    def __getitem__(self, word: str) -> Columns:
        if word not in list(self):
            raise KeyError(f"there are no results of {word!r}; results: {', '.join(self)}")
        return Columns(self._solution, word)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(word for word, _ in self._solution._engine.columns()))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return f"<results of {', '.join(self)}>"


class Solution:
    """A dispatch that was solved and judged."""

    def __init__(self, engine: _engine.Solution) -> None:
        self._engine = engine
        self.network = Network._of(engine.network())  #: as it was solved
        self.results = Results(self)

    @property
    def status(self) -> str:
        """``ok``, ``time_limit``, ``infeasible``, ``unbounded``, ``interrupted``, ``refused`` or ``failed``.

        An answer that the referee refused is never ``ok``.
        """
        return self._engine.status

    @property
    def objective(self) -> float:
        """Cost in the network's currency, constants included; NaN when there is none."""
        return self._engine.objective

    @property
    def summary(self) -> dict[str, Any]:
        """What ``fenggu dispatch --json`` prints: bound, gap, seconds, shortfalls of an infeasible run, and more."""
        return json.loads(self._engine.summary_json())

    @property
    def certificate(self) -> dict[str, Any]:
        """What the referee found, test by test."""
        return json.loads(self._engine.certificate_json())

    @property
    def binding(self) -> list[dict[str, Any]]:
        """Limits that bind, with hours and mean prices, dearest first."""
        return json.loads(self._engine.binding_json())

    def write(self, path: str | os.PathLike[str], format: str | None = None) -> list[_engine.Diagnostic]:
        """Writes the network with its results: ``.nc`` or ``format="pypsa-csv"`` as PyPSA writes a solved one, ``.m`` the first step
        as a solved MATPOWER case. Returns what the format could not hold."""
        return self._engine.write(path, format)

    def write_report(self, folder: str | os.PathLike[str], lang: str = "en") -> None:
        """Writes the run folder: ``report.html``, tables, results, certificates."""
        self._engine.write_report(folder, lang)

    def __repr__(self) -> str:
        return f"<Solution {self.status}: objective {self.objective:.6g} {self.network.currency}>"
