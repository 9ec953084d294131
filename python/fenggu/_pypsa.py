"""A ``pypsa.Network`` in memory: to a network of ours, and the answer back where ``n.optimize()`` would leave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _engine
from ._engine import Progress
from ._errors import FengguError
from ._network import Network
from ._solution import Solution

if TYPE_CHECKING:
    import pandas as pd
    import pypsa
    from typing_extensions import Unpack

    from ._options import DispatchOptions

#: What PyPSA's ``n.optimize()`` says for each status of ours.
_CONDITIONS = {
    "ok": ("ok", "optimal"),
    "infeasible": ("warning", "infeasible"),
    "unbounded": ("warning", "unbounded"),
    "time_limit": ("warning", "time_limit"),
    "interrupted": ("aborted", "user_interrupt"),
    "refused": ("error", "refused by the referee"),
    "failed": ("error", "error"),
}

#: PyPSA's variables by our result fields, for side constraints.
_VARIABLES = {
    "generators": {"p": "p_mw", "p_nom": "p_nom_opt_mw"},
    "links": {"p": "p_mw", "p0": "p_mw", "p_nom": "p_nom_opt_mw"},
    "branches": {"s": "p_mw", "p0": "p_mw", "s_nom": "s_nom_opt_mva"},
    "stores": {"p": "p_mw", "e": "energy_mwh", "e_nom": "e_nom_opt_mwh"},
    "storage_units": {
        "p_dispatch": "discharge_mw",
        "p_store": "charge_mw",
        "state_of_charge": "soc_mwh",
        "spill": "spill_mw",
        "p_nom": "p_nom_opt_mw",
    },
}


class Outcome(tuple[str, str]):
    """``(status, condition)`` as PyPSA's ``n.optimize()`` returns, with the solution beside it."""

    solution: Solution  #: results in our own terms, certificate, side constraints' prices

    def __new__(cls, solution: Solution) -> Outcome:
        made = super().__new__(cls, _CONDITIONS[solution.status])
        made.solution = solution
        return made


def from_pypsa(n: pypsa.Network, snapshots: Sequence | None = None) -> Network:
    """A ``pypsa.Network`` as a network that means to :func:`fenggu.dispatch` what it means to ``n.optimize()``.

    Nothing is written to disk. Raises :class:`FengguError` with the findings where a feature is refused.
    """
    labels, steps = _window(n, snapshots)
    frames = []
    for c in n.components:
        if c.empty:
            continue
        for attribute, curve in c.piecewise.items():
            if not curve.empty:
                raise _engine.refuse_pypsa("piecewise costs and efficiencies", c.list_name, attribute)
        if n.has_scenarios:
            continue
        frames.append((c.list_name, _names(c.static.index), _columns(c, n, steps), _series(c, n, steps)))
    times = labels.get_level_values(-1)
    calendar = times.dtype.kind == "M"
    if calendar:
        if times.tz is not None:
            times = times.tz_convert(None)
        seconds = times.to_numpy("datetime64[s]")
        calendar = bool((seconds == times.to_numpy()).all())
    if calendar:
        given = seconds.astype(np.int64).tolist()
    else:
        given = times.tolist() if times.dtype.kind in "iu" else times.astype(str).tolist()
    weights = n.snapshot_weightings.iloc[steps]
    periods = [int(p) for p in labels.get_level_values(0)] if labels.nlevels > 1 else None
    weights = [weights[w].to_numpy(np.float64).tolist() for w in ("objective", "stores", "generators")]
    made = _engine.from_pypsa(str(n.name), frames, given, calendar, weights, periods, n.has_scenarios)
    return Network._of(made)


def optimize(
    n: pypsa.Network,
    snapshots: Sequence | None = None,
    *,
    side_constraints: Sequence[Mapping[str, Any]] = (),
    include_objective_constant: bool | None = None,
    progress: Callable[[Progress], object] | None = None,
    **options: Unpack[DispatchOptions],
) -> Outcome:
    """``n.optimize()`` by this engine: reads ``n`` in memory and writes the answer back where PyPSA would.

    Returns PyPSA's pair, e.g. ``("ok", "optimal")``, with ``.solution`` beside it. Only an answer that passed the referee is
    written; otherwise ``n`` stays as it was. A feature that is refused raises :class:`FengguError` with the findings.

    In place of ``extra_functionality``, ``side_constraints`` are data: ``{"name": "cap", "sense": "<=", "rhs": 60, "terms":
    [{"table": "generators", "component": "wind", "field": "p", "coefficient": 1.0, "step": snapshot}]}``. Without ``step`` a
    term is the (unweighted) sum over all snapshots; with ``"penalty"`` the constraint may be broken at that price. Tables and
    fields in PyPSA's names (``Generator``, ``p``) or ours. What one more unit would save stands in
    ``.solution.results["side_constraints"]["price"]``.
    """
    for name in ("extra_functionality", "solver_name", "solver_options", "multi_investment_periods", "transmission_losses"):
        if options.get(name):  # type: ignore[call-overload]
            instead = "side_constraints=[...] says constraints as data" if name == "extra_functionality" else "it is PyPSA's own"
            raise FengguError(f"fenggu.optimize does not take {name}: {instead}.")
        options.pop(name, None)  # type: ignore[misc]
    labels, steps = _window(n, snapshots)
    net = from_pypsa(n, snapshots)
    for constraint in side_constraints:
        _add_side_constraint(net, n, labels, constraint)
    solution = Solution(_engine.dispatch(net._engine, options, progress))
    if solution.status == "ok":
        _write_back(n, solution, labels, steps, include_objective_constant)
    return Outcome(solution)


def _window(n: pypsa.Network, snapshots: Sequence | None) -> tuple[pd.Index, slice | np.ndarray]:
    """Labels of the snapshots asked for, and where they stand among all."""
    if snapshots is None:
        return n.snapshots, slice(None)
    where = n.snapshots.get_indexer_for(snapshots if hasattr(snapshots, "__len__") else list(snapshots))
    if len(where) == 0 or (where < 0).any():
        raise FengguError("snapshots must be some of n.snapshots")
    return n.snapshots[where], where


def _names(index: pd.Index) -> list[str]:
    return index.astype(str).tolist()


def _columns(c: Any, n: pypsa.Network, steps: slice | np.ndarray) -> list[tuple[str, Any]]:
    """Static attributes but results, as arrays the engine takes. As in PyPSA's files, columns of defaults are left out."""
    outputs = set(c.defaults.index[c.defaults.status == "Output"])
    defaults = c.defaults["default"].to_dict()
    columns = []
    for attribute in c.static.columns:
        if attribute in outputs or attribute == "obj":
            continue
        column = c.static[attribute]
        if attribute in defaults and attribute != "p_init" and _says_nothing(column, defaults[attribute]):
            continue
        kind = column.dtype.kind
        if kind == "f":
            given: Any = column.to_numpy(np.float64)
        elif kind in "iu":
            given = column.to_numpy(np.int64)
        elif kind == "b":
            given = column.to_numpy(bool)
        else:
            given = ["" if missing else str(v) for v, missing in zip(column.tolist(), column.isna().tolist())]
        columns.append((attribute, given))
    if isinstance(steps, np.ndarray) and steps[0] > 0 and "p_init" in c.static.columns:
        # Inside a horizon PyPSA's ramps start from the dispatch of the snapshot before.
        before = c.dynamic["p"]
        if not before.empty:
            start = before.iloc[steps[0] - 1].reindex(c.static.index).to_numpy(np.float64)
            columns = [(a, start if a == "p_init" else v) for a, v in columns]
    return columns


def _says_nothing(column: pd.Series, default: Any) -> bool:
    """Whether every cell is the default."""
    if isinstance(default, float) and np.isnan(default):
        return bool(column.isna().all())
    return bool((column == default).all())


def _series(c: Any, n: pypsa.Network, steps: slice | np.ndarray) -> list[tuple[str, list[str], np.ndarray]]:
    """Varying attributes but results."""
    outputs = set(c.defaults.index[c.defaults.status == "Output"])
    series = []
    for attribute, frame in c.dynamic.items():
        if attribute not in outputs and not frame.empty:
            series.append((attribute, _names(frame.columns), frame.to_numpy(np.float64)[steps]))
    return series


def _add_side_constraint(net: Network, n: pypsa.Network, labels: pd.Index, given: Mapping[str, Any]) -> None:
    unknown = set(given) - {"name", "sense", "rhs", "penalty", "terms"}
    if unknown or "name" not in given:
        raise FengguError(f"a side constraint has name, sense, rhs, penalty and terms; not {', '.join(sorted(unknown)) or 'no name'}")
    name = str(given["name"])
    net.add("side_constraints", name, sense=given.get("sense", "<="), rhs=given.get("rhs", 0.0), penalty=given.get("penalty"))
    for k, term in enumerate(given.get("terms", ())):
        unknown = set(term) - {"table", "component", "field", "coefficient", "step"}
        if unknown:
            raise FengguError(f"a term of {name!r} has table, component, field, coefficient and step; not {', '.join(sorted(unknown))}")
        table, component = _place(net, n, str(term["table"]), str(term["component"]))
        field = str(term.get("field", "p"))
        net.add(
            "side_terms",
            f"{name}:{k + 1}",
            constraint=name,
            table=table,
            component=component,
            field=_VARIABLES.get(table, {}).get(field, field),
            coefficient=term.get("coefficient", 1.0),
            step=_step(labels, name, term.get("step")),
        )


def _place(net: Network, n: pypsa.Network, table: str, component: str) -> tuple[str, str]:
    """Table and name as the engine has them, from PyPSA's or its own."""
    for c in n.components:
        if table in (c.name, c.list_name):
            table = c.list_name
    if table == "lines":
        return "branches", component
    if table == "transformers":
        # Lines and transformers are one table here, lines first; a name that both have is changed.
        row = list(n.transformers.index).index(component) if component in n.transformers.index else -1
        names = net.tables["branches"].names
        return "branches", names[len(n.lines) + row] if row >= 0 else component
    return table, component


def _step(labels: pd.Index, name: str, step: Any) -> int:
    if step is None:
        return -1
    if step in labels:
        return int(labels.get_loc(step))
    if isinstance(step, (int, np.integer)) and -1 <= step < len(labels):
        return int(step)
    raise FengguError(f"side constraint {name!r}: {step!r} is none of the snapshots")


def _write_back(
    n: pypsa.Network, solution: Solution, labels: pd.Index, steps: slice | np.ndarray, include_constant: bool | None
) -> None:
    """Puts results where ``n.optimize()`` puts them."""
    import pandas as pd

    n.calculate_dependent_values()
    n.determine_network_topology()
    for sub in n.sub_networks.obj:
        # Also says which bus of each part is the slack bus, and the buses' controls.
        sub.find_bus_controls()
    for list_name, names, columns, series in _engine.to_pypsa(solution._engine):
        c = n.components[list_name]
        for attribute, values in columns.items():
            c.static.loc[names, attribute] = values
        for attribute, (owners, values) in series.items():
            if attribute == "spill" and not (n.get_switchable_as_dense("StorageUnit", "inflow", labels) > 0).any(axis=None):
                continue  # PyPSA knows spill only where something flows in
            frame = pd.DataFrame(values, index=labels, columns=owners).reindex(columns=_names(c.static.index), fill_value=0.0)
            frame.columns = c.static.index
            if isinstance(steps, np.ndarray):
                frame = frame.combine_first(c.dynamic[attribute]).reindex(index=n.snapshots, columns=c.static.index).fillna(0.0)
            frame.index.name, frame.columns.name = n.snapshots.name, c.static.index.name
            c.dynamic[attribute] = frame
    constant = _objective_constant(n) if _includes_constant(include_constant) else 0.0
    n._objective_constant = constant
    n._objective = solution.objective - constant


def _includes_constant(given: bool | None) -> bool:
    """PyPSA's default, until 2.0, takes what exists already out of the objective."""
    if given is None:
        import pypsa

        given = pypsa.options.params.optimize.include_objective_constant
    return True if given is None else bool(given)


def _objective_constant(n: pypsa.Network) -> float:
    """What the capacity that exists already of what may be extended costs, as PyPSA counts it."""
    from pypsa.descriptors import nominal_attrs

    total = 0.0
    for name, attribute in nominal_attrs.items():
        c = n.components[name]
        chosen = c.extendables.intersection(c.active_assets)
        if len(chosen):
            total += float(c.periodized_cost.sel(name=chosen).to_series().mul(c.static.loc[chosen, attribute]).sum())
    return total
