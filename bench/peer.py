#!/usr/bin/env python3
"""The peer: the DC-OPF of a MATPOWER case, built directly for HiGHS with numpy and highspy, as an expert would.

    peer.py CASE.m [--convention powermodels|matpower] [--presolve on|off] [--time-limit S]

Prints one JSON object: objective, status, seconds per phase. The columns are those of fenggu's angle form (output, flow,
angle) and the rows too (balance, Kirchhoff, angle difference), so both give the solver the same problem. It shares no code with
fenggu and serves as a second opinion on the objective as well.
"""

import argparse
import json
import sys
import time

import highspy
import numpy as np

import matpower

INF = highspy.kHighsInf


def susceptance(branch, convention):
    """Per-unit susceptance of the DC flow, and phase shift in radians."""
    r, x, tap, shift = branch[:, 2], branch[:, 3], branch[:, 8], branch[:, 9]
    if convention == "powermodels":
        z = r * r + x * x
        return np.where(x == 0, 0.0, x / np.where(z == 0, 1.0, z)), np.zeros(len(branch))
    return 1.0 / (x * np.where(tap == 0, 1.0, tap)), np.deg2rad(shift)


class Coo:
    """Entries of a matrix, block by block."""

    def __init__(self):
        self.rows, self.cols, self.values = [], [], []

    def add(self, rows, cols, values):
        rows = np.asarray(rows)
        self.rows.append(rows)
        self.cols.append(np.asarray(cols))
        self.values.append(np.broadcast_to(values, rows.shape))

    def csc(self, columns):
        row, col, value = (np.concatenate(x) for x in (self.rows, self.cols, self.values))
        keep = value != 0
        row, col, value = row[keep], col[keep], value[keep]
        order = np.lexsort((row, col))
        row, col, value = row[order], col[order], value[order]
        if np.any((np.diff(row) == 0) & (np.diff(col) == 0)):
            raise ValueError("a cell was hit twice")
        start = np.zeros(columns + 1, dtype=np.int32)
        np.cumsum(np.bincount(col, minlength=columns), out=start[1:])
        return start, row.astype(np.int32), value


def build(case, convention):
    """The problem as arrays."""
    base = case["baseMVA"]
    bus = case["bus"]
    bus = bus[bus[:, 1] != 4]
    at = {int(n): i for i, n in enumerate(bus[:, 0])}
    gen, cost = case["gen"], case["gencost"][: len(case["gen"])]
    on = np.array([g[7] > 0 and int(g[0]) in at for g in gen], dtype=bool)
    gen, cost = gen[on], cost[on]
    branch = case["branch"]
    on = np.array([b[10] > 0 and int(b[0]) in at and int(b[1]) in at for b in branch], dtype=bool)
    branch = branch[on]
    f = np.array([at[int(n)] for n in branch[:, 0]], dtype=int)
    t = np.array([at[int(n)] for n in branch[:, 1]], dtype=int)
    g_bus = np.array([at[int(n)] for n in gen[:, 0]], dtype=int)
    nb, ng, nl = len(bus), len(gen), len(branch)

    if np.any(cost[:, 0] != 2):
        raise ValueError("piecewise-linear costs are not built by this peer")
    degree = cost[:, 3].astype(int)
    if np.any(degree > 3):
        raise ValueError("cost of a degree above 2")
    pick = lambda k: np.array([cost[i, 3 + degree[i] - k] if degree[i] > k else 0.0 for i in range(ng)])
    c0, c1, c2 = pick(0), pick(1), pick(2)

    # Columns: output (MW), flow (MW), angle (rad).
    p, w, va = 0, ng, ng + nl
    n = ng + nl + nb
    rate = np.where(branch[:, 5] == 0, INF, branch[:, 5])
    lower = np.concatenate([gen[:, 9], -rate, np.full(nb, -INF)])
    upper = np.concatenate([gen[:, 8], rate, np.full(nb, INF)])
    for reference in np.flatnonzero(bus[:, 1] == 3):
        lower[va + reference] = upper[va + reference] = 0.0

    b, shift = susceptance(branch, convention)
    lo, hi = branch[:, 11], branch[:, 12]
    none = (lo == 0) & (hi == 0)
    lo = np.where(none | (lo <= -360), -np.inf, np.deg2rad(lo))
    hi = np.where(none | (hi >= 360), np.inf, np.deg2rad(hi))
    limited = np.flatnonzero(np.isfinite(lo) | np.isfinite(hi))

    m = Coo()
    m.add(g_bus, p + np.arange(ng), 1.0)
    m.add(f, w + np.arange(nl), -1.0)
    m.add(t, w + np.arange(nl), 1.0)
    kvl = nb + np.arange(nl)
    m.add(kvl, w + np.arange(nl), 1.0)
    m.add(kvl, va + f, -base * b)
    m.add(kvl, va + t, base * b)
    angle = nb + nl + np.arange(len(limited))
    m.add(angle, va + f[limited], 1.0)
    m.add(angle, va + t[limited], -1.0)

    demand = bus[:, 2] + bus[:, 4]
    row_lower = np.concatenate([demand, -base * b * shift, lo[limited]])
    row_upper = np.concatenate([demand, -base * b * shift, hi[limited]])
    start, index, value = m.csc(n)
    return {
        "n": n, "rows": len(row_lower), "offset": c0.sum(), "quad": 2 * c2,
        "cost": np.concatenate([c1, np.zeros(nl + nb)]), "lower": lower, "upper": upper,
        "row_lower": np.where(np.isfinite(row_lower), row_lower, -INF), "row_upper": np.where(np.isfinite(row_upper), row_upper, INF),
        "start": start, "index": index, "value": value,
    }


def load(problem, options):
    """A HiGHS holding the problem."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.offset_ = problem["n"], problem["rows"], problem["offset"]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = problem["cost"], problem["lower"], problem["upper"]
    lp.row_lower_, lp.row_upper_ = problem["row_lower"], problem["row_upper"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = problem["start"], problem["index"], problem["value"]
    h = highspy.Highs()
    for key, value in options.items():
        h.setOptionValue(key, value)
    h.passModel(lp)
    quad = problem["quad"]
    if np.any(quad):
        hessian = highspy.HighsHessian()
        hessian.dim_, hessian.format_ = problem["n"], highspy.HessianFormat.kTriangular
        live = np.flatnonzero(quad)
        count = np.zeros(problem["n"] + 1, dtype=np.int32)
        count[live + 1] = 1
        hessian.start_, hessian.index_, hessian.value_ = np.cumsum(count).astype(np.int32), live.astype(np.int32), quad[live]
        h.passHessian(hessian)
    return h


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("--convention", default="powermodels", choices=["powermodels", "matpower"])
    parser.add_argument("--presolve", default="choose")
    parser.add_argument("--time-limit", type=float, default=600.0)
    a = parser.parse_args()
    clock = [time.perf_counter()]
    case = matpower.read(a.case)
    clock.append(time.perf_counter())
    problem = build(case, a.convention)
    options = {"log_to_console": False, "output_flag": False, "threads": 1, "presolve": a.presolve, "time_limit": a.time_limit}
    h = load(problem, options)
    clock.append(time.perf_counter())
    h.run()
    clock.append(time.perf_counter())
    info = h.getInfo()
    answer = {
        "tool": "highspy", "version": h.version(), "case": a.case, "convention": a.convention,
        "status": h.modelStatusToString(h.getModelStatus()).lower(),
        "objective": info.objective_function_value, "quadratic": bool(np.any(problem["quad"])),
        "iterations": int(info.simplex_iteration_count + info.ipm_iteration_count + info.qp_iteration_count),
        "columns": problem["n"], "rows": problem["rows"], "nonzeros": int(problem["start"][-1]),
        "seconds": dict(zip(("read", "assemble", "solve"), np.diff(clock).round(6).tolist())),
    }
    json.dump(answer, sys.stdout)
    print()


if __name__ == "__main__":
    main()
