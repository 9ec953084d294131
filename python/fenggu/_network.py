"""Networks: tables of named components, every field a column."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _engine
from ._errors import FengguError

_NUMBERS = ("number", "number or none", "profile", "profile or none")


@dataclass(frozen=True)
class Field:
    """A field of a table: what a column holds."""

    name: str
    kind: str  #: number, profile, flag, text, choice, reference, pairs ...; "or none" where it may be missing
    unit: str
    rule: str  #: values allowed, e.g. ``≥ 0``
    doc: str
    words: tuple[str, ...] = ()  #: words of a choice
    refers_to: str = ""  #: table of a reference


class Table:
    """One kind of component. ``table[field]`` is a column, ``table[field] = values`` sets it.

    Numbers are float arrays ``[row]``, NaN for none. Profiles are ``[row]`` where every row is one number, else
    ``[row × step]``; :meth:`series` always gives ``[row × step]``. Text, choices and references are object arrays of names.
    Columns are copies: only assignment changes the network.
    """

    def __init__(self, network: Network, word: str) -> None:
        self._network, self.word = network, word

    @property
    def names(self) -> list[str]:
        """Names of the rows, in order."""
        return self._network._engine.names(self.word)

    @property
    def fields(self) -> dict[str, Field]:
        """Fields by name."""
        lines = self._network._engine.fields(self.word)
        return {f["name"]: Field(**{**f, "words": tuple(f.get("words", ()))}) for f in lines}

    def __len__(self) -> int:
        """Number of rows."""
        return self._network._engine.count(self.word)

    def keys(self) -> list[str]:
        """Names of the fields."""
        return list(self.fields)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, field: object) -> bool:
        return field in self.fields

    def __getitem__(self, field: str) -> np.ndarray:
        column = self._network._engine.column(self.word, field)
        if isinstance(column, np.ndarray):
            return column
        made = np.empty(len(column), dtype=object)
        made[:] = column
        return made

    def __setitem__(self, field: str, values: Any) -> None:
        self.set(field, values)

    def series(self, field: str) -> np.ndarray:
        """A profile as ``[row × step]``, whatever was given."""
        column = self[field]
        return column if column.ndim == 2 else np.broadcast_to(column[:, None], (len(column), self._network.steps))

    def set(self, field: str, values: Any, names: str | Sequence[str] | None = None) -> None:
        """Sets a column, or only the rows of some names. What does not fit is refused and changes nothing.

        A profile takes one number, ``[row]``, ``[row × step]``, or ``[step]`` for a single name.
        """
        spec = self.fields.get(field)
        if spec is not None:
            values = _values(self.word, spec, values)
        self._network._engine.set_column(self.word, field, values, self._rows(names))

    def _rows(self, names: str | Sequence[str] | None) -> list[int] | None:
        if names is None:
            return None
        rows = []
        for name in [names] if isinstance(names, str) else names:
            row = self._network._engine.row_of(self.word, name)
            if row is None:
                raise FengguError(f"there is no {name!r} among {self.word}")
            rows.append(row)
        return rows

    def __repr__(self) -> str:
        return f"<{self.word}: {len(self)} rows, {len(self.fields)} fields>"


def _values(word: str, spec: Field, values: Any) -> Any:
    """Values as the engine takes them: float arrays for numbers, plain lists for the rest."""
    if spec.kind in _NUMBERS:
        try:
            return np.asarray(np.nan if values is None else values, dtype=np.float64)
        except (TypeError, ValueError) as e:
            raise FengguError(f"{word} {spec.name}: it takes numbers ({e})") from None
    if spec.kind == "pairs":
        return [[(float(a), float(b)) for a, b in points] for points in values]
    if isinstance(values, str) or values is None or np.ndim(values) == 0:
        return values.item() if isinstance(values, np.generic) else values
    return np.asarray(values, dtype=object).tolist()


class Tables(Mapping[str, Table]):
    """All tables of a network, by word."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def __getitem__(self, word: str) -> Table:
        if word not in _engine.Network.table_words():
            raise KeyError(f"there is no table {word!r}; tables: {', '.join(self)}")
        return Table(self._network, word)

    def __iter__(self) -> Iterator[str]:
        return iter(_engine.Network.table_words())

    def __len__(self) -> int:
        return len(_engine.Network.table_words())


class Time(Mapping[str, np.ndarray]):
    """The time axis: ``start_utc_s``, ``duration_h`` and three weights, each ``[step]``."""

    _COLUMNS = ("start_utc_s", "duration_h", "weight_objective", "weight_storage", "weight_energy")

    def __init__(self, network: Network) -> None:
        self._network = network

    def __getitem__(self, name: str) -> np.ndarray:
        return self._network._engine.time(name)

    def __setitem__(self, name: str, values: Any) -> None:
        kind = np.int64 if name == "start_utc_s" else np.float64
        self._network._engine.set_time(name, np.asarray(values, dtype=kind).tolist())

    def __iter__(self) -> Iterator[str]:
        return iter(self._COLUMNS)

    def __len__(self) -> int:
        return len(self._COLUMNS)

    def uniform(self, steps: int, duration_h: float = 1.0) -> None:
        """Replaces the axis by ``steps`` equal steps of weight 1, without a calendar. Series of the network must fit it."""
        self._network._engine.set_steps(steps, duration_h)

    @property
    def starts(self) -> np.ndarray | None:
        """Start of every step, UTC, as ``datetime64[s]``; None without a calendar."""
        seconds = self["start_utc_s"]
        return seconds.astype("datetime64[s]") if len(seconds) else None

    @property
    def zone(self) -> str:
        """Zone of labels, e.g. ``Asia/Shanghai``."""
        return self._network._engine.zone

    @zone.setter
    def zone(self, zone: str) -> None:
        self._network._engine.zone = zone


class Network:
    """A power and energy system over its time axis.

    ``Network(steps=24)`` starts an empty one; :func:`fenggu.read` reads one.
    """

    def __init__(self, name: str = "", steps: int = 1, duration_h: float = 1.0) -> None:
        self._engine = _engine.Network(name, steps, duration_h)

    @classmethod
    def _of(cls, engine: _engine.Network) -> Network:
        net = cls.__new__(cls)
        net._engine = engine
        return net

    @property
    def name(self) -> str:
        """Name shown to people."""
        return self._engine.name

    @name.setter
    def name(self, name: str) -> None:
        self._engine.name = name

    @property
    def currency(self) -> str:
        """Currency of all costs, e.g. ``CNY``; ``1`` when the file does not say."""
        return self._engine.currency

    @currency.setter
    def currency(self, currency: str) -> None:
        self._engine.currency = currency

    @property
    def base_mva(self) -> float:
        """Base of per-unit values, MVA."""
        return self._engine.base_mva

    @base_mva.setter
    def base_mva(self, base_mva: float) -> None:
        self._engine.base_mva = base_mva

    @property
    def flow_convention(self) -> str:
        """What DC flow means here: ``matpower``, ``powermodels`` or ``pypsa``."""
        return self._engine.flow_convention

    @property
    def steps(self) -> int:
        """Number of steps."""
        return self._engine.steps

    @property
    def time(self) -> Time:
        """The time axis."""
        return Time(self)

    @property
    def tables(self) -> Tables:
        """All tables: ``net.tables["generators"]["p_max_mw"]``."""
        return Tables(self)

    def add(self, table: str, names: str | Sequence[str], /, **fields: Any) -> None:
        """Appends one component, or several; fields as :meth:`Table.set` takes them. What does not fit adds nothing."""
        names = [names] if isinstance(names, str) else list(names)
        before = self._engine.copy()
        try:
            self._engine.push(table, names)
            first = self._engine.count(table) - len(names)
            target = self.tables[table]
            for field, values in fields.items():
                spec = target.fields.get(field)
                if spec is not None:
                    one = len(names) == 1 and (spec.kind == "pairs" or np.ndim(values) == 0)
                    values = _values(table, spec, [values] if one and spec.kind not in _NUMBERS else values)
                self._engine.set_column(table, field, values, list(range(first, first + len(names))))
        except BaseException:
            self._engine = before
            raise

    def copy(self) -> Network:
        """A copy; series are shared until one of the two is changed."""
        return Network._of(self._engine.copy())

    def write(self, path: str | os.PathLike[str], format: str | None = None) -> list[_engine.Diagnostic]:
        """Writes it, see :func:`fenggu.write`."""
        return _engine.write(self._engine, path, format)

    def __repr__(self) -> str:
        rows = ", ".join(f"{len(t)} {w}" for w, t in self.tables.items() if len(t))
        return f"<Network {self.name!r}: {rows or 'empty'}; {self.steps} steps>"
