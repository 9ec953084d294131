#!/usr/bin/env python3
"""The peer for the generated province: its day built directly for HiGHS with numpy and highspy.

    peer_native.py FOLDER

Offers, DC flow, interfaces, shedding, storage with cycle limits, reserves with shortage: written from the formulary, sharing no code
with fenggu. Prints what peer.py prints.
"""

import json
import sys
import time

import highspy
import numpy as np

from native import Network, number, pairs
from peer import Coo, load

INF = highspy.kHighsInf


class Lp:
    """Columns and rows as they come, each a block over the steps."""

    def __init__(self, steps):
        self.steps, self.t = steps, np.arange(steps)
        self.n = self.m = 0
        self.coo, self.cost, self.lower, self.upper, self.row_lower, self.row_upper = Coo(), [], [], [], [], []

    def over(self, x):
        return np.broadcast_to(np.asarray(x, dtype=float), self.steps)

    def column(self, lower, upper, cost=0.0):
        """One column per step; their numbers."""
        first, self.n = self.n, self.n + self.steps
        for store, x in ((self.lower, lower), (self.upper, upper), (self.cost, cost)):
            store.append(self.over(x))
        return first + self.t

    def row(self, lower, upper, *terms):
        """One row per step; their numbers. Terms are (columns, coefficient)."""
        first, self.m = self.m, self.m + self.steps
        self.row_lower.append(self.over(lower))
        self.row_upper.append(self.over(upper))
        rows = first + self.t
        for columns, coefficient in terms:
            self.coo.add(rows, columns, self.over(coefficient))
        return rows

    def single(self, lower, upper, columns, coefficients):
        """One row over all steps."""
        self.row_lower.append(np.array([lower]))
        self.row_upper.append(np.array([upper]))
        self.coo.add(np.full(len(columns), self.m), columns, coefficients)
        self.m += 1

    def problem(self):
        start, index, value = self.coo.csc(self.n)
        cat = np.concatenate
        return {"n": self.n, "rows": self.m, "offset": 0.0, "quad": np.zeros(self.n), "cost": cat(self.cost), "lower": cat(self.lower),
                "upper": cat(self.upper), "row_lower": cat(self.row_lower), "row_upper": cat(self.row_upper),
                "start": start, "index": index, "value": value}


def build(net):
    """The whole day as one problem."""
    lp, h = Lp(net.steps), net.h
    balance = {}
    demand = {b["name"]: np.zeros(net.steps) for b in net.buses}
    injection = {b["name"]: [] for b in net.buses}
    angle = {b["name"]: lp.column(-INF, INF) for b in net.buses}
    # One angle is held; the province is one island.
    held = angle[net.buses[0]["name"]][0] // net.steps
    lp.lower[held] = lp.upper[held] = np.zeros(net.steps)

    flow = {}
    for br in net.branches:
        rate = number(br, "rating_a_mva", INF)
        f = flow[br["name"]] = lp.column(-rate, rate)
        b = net.base / number(br, "x_pu")
        lp.row(0, 0, (f, 1.0), (angle[br["bus_from"]], -b), (angle[br["bus_to"]], b))
        injection[br["bus_from"]].append((f, -1.0))
        injection[br["bus_to"]].append((f, 1.0))
    for i in net.interfaces:
        terms = [(flow[t["branch"]], 1.0) for t in net.interface_terms if t["interface"] == i["name"]]
        lp.row(-INF, net.profile("interfaces", i, "p_max_mw", INF), *terms)

    output = {}
    for g in net.generators:
        nominal = number(g, "p_nom_mw")
        lower, upper = (nominal * net.profile("generators", g, f, d) for f, d in (("p_min_pu", 0.0), ("p_max_pu", 1.0)))
        p = lp.column(lower, upper, h * net.profile("generators", g, "cost_linear_per_mwh"))
        output[g["name"]] = p, lower, upper
        injection[g["bus"]].append((p, 1.0))
        steps = [(lp.column(0, width, h * price), -1.0) for width, price in pairs(g, "offer")]
        if steps:
            lp.row(0, 0, (p, 1.0), *steps)
    for d in net.loads:
        mw = net.profile("loads", d, "p_mw")
        demand[d["bus"]] = demand[d["bus"]] + mw
        if d.get("shed_cost_per_mwh"):
            injection[d["bus"]].append((lp.column(0, np.maximum(mw, 0), h * number(d, "shed_cost_per_mwh")), 1.0))

    units = {}
    for s in net.storage_units:
        if s["end_rule"] != "cyclic":
            raise ValueError("only cyclic storage is built by this peer")
        capacity, eta_c, eta_d = number(s, "energy_max_mwh"), number(s, "efficiency_charge", 1), number(s, "efficiency_discharge", 1)
        charge = lp.column(0, number(s, "charge_max_mw"))
        discharge = lp.column(0, number(s, "discharge_max_mw"), h * number(s, "discharge_cost_per_mwh"))
        soc = lp.column(0, capacity)
        units[s["name"]] = s, charge, discharge, soc, capacity, eta_c, eta_d
        kept = (1 - number(s, "standing_loss_per_h")) ** h
        lp.row(0, 0, (soc, 1.0), (np.roll(soc, 1), -kept), (charge, -h * eta_c), (discharge, h / eta_d))
        injection[s["bus"]] += [(discharge, 1.0), (charge, -1.0)]
        if s.get("cycles_max_per_day"):
            lp.single(-INF, number(s, "cycles_max_per_day") * capacity * h * net.steps / 24, discharge, np.full(net.steps, h / eta_d))

    held_back = {}
    by_reserve = {r["name"]: [] for r in net.reserves}
    up = {r["name"]: r["direction"] != "down" for r in net.reserves}
    for o in net.reserve_offers:
        r = lp.column(0, net.profile("reserve_offers", o, "max_mw", INF))
        by_reserve[o["reserve"]].append((r, 1.0))
        held_back.setdefault((o["generator"], o["storage_unit"], up[o["reserve"]]), []).append((r, number(o, "duration_h")))
    for r in net.reserves:
        short = [(lp.column(0, width, h * price), 1.0) for width, price in pairs(r, "shortage")]
        lp.row(net.profile("reserves", r, "requirement_mw"), INF, *by_reserve[r["name"]], *short)
    for (generator, unit, upward), offers in held_back.items():
        sign = 1.0 if upward else -1.0
        if generator:
            p, lower, upper = output[generator]
            terms = [(p, 1.0)] + [(r, sign) for r, _ in offers]
            lp.row(*((-INF, upper) if upward else (lower, INF)), *terms)
        if unit:
            s, charge, discharge, soc, capacity, eta_c, eta_d = units[unit]
            net_output = [(discharge, sign), (charge, -sign)]
            lp.row(-INF, number(s, "discharge_max_mw" if upward else "charge_max_mw"), *net_output, *[(r, 1.0) for r, _ in offers])
            if upward:
                lp.row(0, INF, (soc, 1.0), *[(r, -d / eta_d) for r, d in offers])
            else:
                lp.row(-INF, capacity, (soc, 1.0), *[(r, d * eta_c) for r, d in offers])
    for b in net.buses:
        name = b["name"]
        balance[name] = lp.row(demand[name], demand[name], *injection[name])
    return lp.problem()


def main():
    clock = [time.perf_counter()]
    net = Network(sys.argv[1])
    if net.convention != "matpower":
        sys.exit(f"peer_native: flow convention {net.convention} is not built by this peer")
    clock.append(time.perf_counter())
    problem = build(net)
    h = load(problem, {"log_to_console": False, "output_flag": False, "threads": 1})
    clock.append(time.perf_counter())
    h.run()
    clock.append(time.perf_counter())
    info = h.getInfo()
    answer = {
        "tool": "highspy", "version": h.version(), "case": sys.argv[1], "status": h.modelStatusToString(h.getModelStatus()).lower(),
        "objective": info.objective_function_value, "iterations": int(info.simplex_iteration_count + info.ipm_iteration_count),
        "columns": problem["n"], "rows": problem["rows"], "nonzeros": int(problem["start"][-1]),
        "seconds": dict(zip(("read", "assemble", "solve"), np.diff(clock).round(6).tolist())),
    }
    json.dump(answer, sys.stdout)
    print()


if __name__ == "__main__":
    main()
