"""Options of a dispatch for type checkers. Written by ``python -m fenggu._generate``; do not edit."""

from __future__ import annotations

from typing import TypedDict


class DispatchOptions(TypedDict, total=False):
    """Keywords of :func:`fenggu.dispatch` and :func:`fenggu.optimize`."""

    flow: str | float | None
    """How the DC network is written; both forms have the same optimum. auto takes ptdf and falls back to angle. Allowed: auto, angle or ptdf. Default: auto."""
    backend: str | float | None
    """Which solver; auto takes the interior point for quadratic costs and large angle forms, else the simplex. Allowed: auto or a solver of this build. Default: auto."""
    time_limit_s: str | float | None
    """Wall-clock limit of the solver. Allowed: a number of seconds > 0, or none. Default: none."""
    threads: str | float | None
    """Threads of the solver. Allowed: 1 … 1024. Default: 1."""
    tolerance: str | float | None
    """Feasibility and optimality tolerance of the solver. Allowed: 1e-10 … 1e-3. Default: 1e-7."""
    price_range: str | float | None
    """Work out the range of prices that are not unique; two hot re-solves for each of them, shared by buses without congestion between. Allowed: none or all. Default: none."""
    horizon_steps: str | float | None
    """Rolling horizon: steps decided at once. none decides all together. Allowed: a number of steps ≥ 1, or none. Default: none."""
    overlap_steps: str | float | None
    """Rolling horizon: steps at the end of a window that the next one decides again. Allowed: 0 … one less than horizon_steps. Default: 0."""
    window_end: str | float | None
    """Rolling horizon: whether end rules of storage hold at the end of every window or of the last only. Allowed: free or rule. Default: free."""
    price_reference: str | float | None
    """What the energy part of prices is measured at, in each island: the load-weighted mean, or one bus. The rest is congestion. Allowed: load_weighted, reference_bus or the name of a bus. Default: load_weighted."""
    tie: str | float | None
    """How offers at the same price share what they give together, where least cost leaves it open: as the solver has it, or by offered quantity (angle form). Allowed: free or pro_rata. Default: free."""
