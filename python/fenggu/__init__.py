"""fenggu (峰谷, "peak and valley"): an engine for a region's power and energy system.

>>> import fenggu
>>> net = fenggu.Network()
>>> net.add("buses", ["north", "south"])
>>> net.add("branches", "line", bus_from="north", bus_to="south", x_pu=0.1, rating_a_mva=80)
>>> net.add("generators", ["wind", "coal"], bus=["north", "south"], p_max_mw=200, cost_linear_per_mwh=[20, 300])
>>> net.add("loads", "city", bus="south", p_mw=100)
>>> solution = fenggu.dispatch(net)
>>> solution.status
'ok'
>>> solution.results["buses"]["price_per_mwh"].ravel().round(3).tolist()
[20.0, 300.0]
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import _engine
from ._engine import Diagnostic, Progress, __version__
from ._errors import FengguError
from ._network import Field, Network, Table
from ._pypsa import Outcome, from_pypsa, optimize
from ._solution import Solution

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import DispatchOptions

__all__ = [
    "Diagnostic",
    "FengguError",
    "Field",
    "Network",
    "Outcome",
    "Progress",
    "Solution",
    "Table",
    "__version__",
    "check",
    "convert",
    "dispatch",
    "explain",
    "from_pypsa",
    "optimize",
    "read",
    "write",
]

Path = str | os.PathLike[str]


def read(path: Path, format: str | None = None, *, max_memory: int | str | None = None) -> Network:
    """Reads a network from a file or folder; without ``format`` the content decides.

    ``max_memory`` is the most memory that reading may take, in bytes or as ``"2GB"``; 16 GB when not given. A quarter of it is
    what files may decode to: what is larger, or claims to be, is refused before it is read.

    Raises :class:`FengguError` with every finding when it cannot be read. Findings that do not keep it from being read are
    told by :func:`check`.
    """
    return Network._of(_engine.read(path, format, max_memory))


def check(network: Network | Path, format: str | None = None, *, max_memory: int | str | None = None) -> list[Diagnostic]:
    """Everything that is wrong or suspicious, in a network or in a file. Does not raise: a file that cannot be read is a finding.

    ``max_memory`` is that of :func:`read`.
    """
    if isinstance(network, Network):
        return network._engine.check()
    return _engine.check_path(network, format, max_memory)


def dispatch(
    network: Network | Path,
    *,
    progress: Callable[[Progress], object] | None = None,
    max_memory: int | str | None = None,
    **options: Unpack[DispatchOptions],
) -> Solution:
    """Dispatches every step at least cost, prices every bus, and has the answer judged.

    ``options`` are those of ``fenggu explain dispatch``. ``progress`` is called now and then while the solver runs; an
    exception in it stops the run, as Ctrl-C does (a second Ctrl-C returns at once). Data with errors and options out of
    range raise :class:`FengguError`; infeasible, unbounded and limits are statuses of the solution. ``max_memory`` is that of
    :func:`read`.
    """
    if not isinstance(network, Network):
        network = read(network, max_memory=max_memory)
    return Solution(_engine.dispatch(network._engine, options, progress))


def write(network: Network, path: Path, format: str | None = None) -> list[Diagnostic]:
    """Writes a network; returns what the format could not hold. Without ``format`` the path's ending decides."""
    return network.write(path, format)


def convert(
    source: Path,
    target: Path,
    format: str | None = None,
    *,
    source_format: str | None = None,
    max_memory: int | str | None = None,
) -> list[Diagnostic]:
    """Reads ``source`` and writes it as ``format`` to ``target``; returns what that format could not hold.

    ``max_memory`` is that of :func:`read`.
    """
    return write(read(source, source_format, max_memory=max_memory), target, format)


def explain(what: str, lang: str = "en") -> str:
    """What a code of a finding (``N0312``) or a room of the formulation (``storage/soc_balance``) means."""
    said = _engine.explain(what, lang)
    if said is None:
        raise FengguError(f"{what!r} is neither a code of a finding nor a room of the formulation")
    return said
