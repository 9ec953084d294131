"""What PyPSA says of a network: reads a CSV folder or netCDF file, and prints one JSON object.

    python scripts/pypsa_run.py optimize PATH     status, objective, prices, capacities
    python scripts/pypsa_run.py impedances PATH   x_pu_eff and r_pu_eff (base 1 MVA) of lines and transformers
    python scripts/pypsa_run.py rewrite PATH OUT  writes the network again (a folder, or .nc)
    python scripts/pypsa_run.py same PATH PATH    the attributes in which two networks differ
    python scripts/pypsa_run.py random SEED OUT   a small random network, as folder OUT and OUT.nc, solved
    python scripts/pypsa_run.py batch             the same commands from standard input, one JSON array a line

Tests find the interpreter by FENGGU_PYPSA_PYTHON or in a .venv, and are skipped where there is none.
"""

import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

import numpy as np
import pandas as pd
import pypsa


def network(path):
    return pypsa.Network(path)


def optimize(n):
    status, condition = n.optimize(solver_name="highs", include_objective_constant=False, log_to_console=False)
    out = {"status": status, "condition": condition}
    if status == "ok":
        out["objective"] = float(n.objective)
        out["prices"] = {b: [float(v) for v in n.buses_t.marginal_price[b]] for b in n.buses_t.marginal_price}
        nominal = {"generators": "p_nom", "links": "p_nom", "storage_units": "p_nom", "stores": "e_nom", "lines": "s_nom"}
        out["capacities"] = {
            c: {k: float(v) for k, v in getattr(n, c)[a + "_opt"].items()} for c, a in nominal.items() if len(getattr(n, c))
        }
    return out


def impedances(n):
    n.calculate_dependent_values()
    out = {}
    for c in ("lines", "transformers"):
        t = getattr(n, c)
        out[c] = {k: [float(t.at[k, a]) for a in ("x_pu_eff", "r_pu_eff", "b_pu")] for k in t.index}
    return out


def same(a, b):
    """Attributes in which two networks differ, with defaults filled in and series made dense."""
    out = []
    if len(a.snapshots) != len(b.snapshots) or not (a.snapshots == b.snapshots).all():
        out.append(f"snapshots {list(a.snapshots[:3])} and {list(b.snapshots[:3])}")
    elif not np.allclose(a.snapshot_weightings.to_numpy(float), b.snapshot_weightings.to_numpy(float), rtol=0, atol=0):
        out.append("snapshot_weightings")
    if a.name != b.name:
        out.append(f"name {a.name!r} and {b.name!r}")
    for c in a.components:
        other = b.components[c.name]
        if c.name in ("SubNetwork", "LineType", "TransformerType"):
            continue
        x, y = c.static, other.static
        if c.name == "GlobalConstraint" and sorted(x.index) == sorted(y.index):
            y = y.loc[x.index]  # their order means nothing; those that count nothing are written last
        if list(x.index) != list(y.index):
            out.append(f"{c.name}: names {list(x.index)[:5]} and {list(y.index)[:5]}")
            continue
        attrs = c.defaults
        for k in x.columns.union(y.columns):
            output = k in attrs.index and attrs.at[k, "status"].startswith("Output")
            if output or k in ("geometry", "obj"):
                continue
            if k not in x or k not in y:
                out.append(f"{c.name}.{k}: only in one")
                continue
            varying = k in attrs.index and attrs.at[k, "varying"]
            if varying and (k in c.dynamic or k in other.dynamic):
                u, v = a.get_switchable_as_dense(c.name, k), b.get_switchable_as_dense(c.name, k)
                u, v = u.to_numpy(float), v.reindex(columns=u.columns).to_numpy(float)
                if u.shape != v.shape or not np.array_equal(u, v, equal_nan=True):
                    out.append(f"{c.name}.{k} (series)")
                continue
            u, v = x[k], y[k]
            if pd.api.types.is_numeric_dtype(u) and pd.api.types.is_numeric_dtype(v):
                equal = np.isclose(u.to_numpy(float), v.to_numpy(float), rtol=1e-14, atol=0, equal_nan=True).all()
            else:
                equal = (u.astype(object).fillna("").astype(str).to_numpy() == v.astype(object).fillna("").astype(str).to_numpy()).all()
            if not equal:
                pairs = [(i, p, q) for i, p, q in zip(u.index, u, v) if p != q][:2]
                out.append(f"{c.name}.{k}: {pairs}")
    return out


def random_network(seed):
    """Every feature that fenggu reads, at random: multi-port links, stores, storage, taps, types, weightings, limits."""
    r = np.random.default_rng(seed)
    n = pypsa.Network(name=f"random {seed}")
    steps = int(r.integers(2, 7))
    kind = r.integers(0, 3)
    if kind == 0:
        n.set_snapshots(pd.date_range("2031-03-01", periods=steps, freq="h"))
    elif kind == 1:
        n.set_snapshots(range(10, 10 + steps))
    else:
        n.set_snapshots([f"step {k}" for k in range(steps)])
    for w in n.snapshot_weightings.columns:
        n.snapshot_weightings[w] = np.round(r.uniform(0.5, 3.0, steps), 2)
    pick = lambda *values: values[int(r.integers(0, len(values)))]
    series = lambda low, high: np.round(r.uniform(low, high, steps), 4)
    either = lambda low, high: series(low, high) if r.random() < 0.5 else round(float(r.uniform(low, high)), 4)
    for carrier, co2 in (("gas", 0.2), ("coal", 0.34), ("wind", 0.0), ("AC", 0.0), ("H2", 0.0), ("battery", 0.0)):
        n.add("Carrier", carrier, co2_emissions=co2, color=pick("red", "#00ff00", ""), nice_name=carrier.title())
    buses = [f"b{k}" for k in range(int(r.integers(3, 6)))]
    for k, b in enumerate(buses):
        n.add("Bus", b, v_nom=380.0 if k < 3 else 220.0, x=float(k), y=50.0 + k, unit=pick("", "MW"))
        n.add("Generator", f"shed {b}", bus=b, p_nom=5000, marginal_cost=3000 + k)
    n.add("Bus", "hydrogen", carrier="H2")
    for k, b in enumerate(buses):
        n.add("Load", f"load {b}", bus=b, p_set=series(50, 300), q_set=float(r.uniform(0, 10)), sign=pick(-1.0, -1.0, -1.0))
        if r.random() < 0.8:
            n.add(
                "Generator", f"g{k}", bus=b, carrier=pick("gas", "coal"), p_nom=float(r.integers(100, 500)), p_min_pu=pick(0.0, 0.1),
                marginal_cost=either(20, 80), marginal_cost_quadratic=0.0, efficiency=either(0.3, 0.6),
                ramp_limit_up=pick(np.nan, 0.5, 0.8), ramp_limit_down=pick(np.nan, 0.6), p_init=pick(np.nan, 50.0),
                e_sum_max=pick(np.inf, 3000.0), control=pick("PQ", "PV", "Slack"), build_year=2020, lifetime=25.0,
                up_time_before=pick(1, 3),
            )
        if r.random() < 0.6:
            n.add(
                "Generator", f"w{k}", bus=b, carrier="wind", p_nom_extendable=True, p_nom_max=pick(np.inf, 800.0), p_max_pu=series(0, 1),
                capital_cost=pick(20.0, 0.0), overnight_cost=pick(np.nan, 900.0), discount_rate=0.07, lifetime=20.0, fom_cost=pick(0.0, 1.5),
                p_nom_set=pick(np.nan, np.nan, 120.0),
            )
    n.add("Generator", "sink", bus=buses[0], sign=-1, p_nom=20, marginal_cost=-5.0)
    for k in range(len(buses) - 1):
        extendable = bool(r.random() < 0.4)
        if n.buses.v_nom[buses[k]] == n.buses.v_nom[buses[k + 1]]:
            n.add(
                "Line", f"l{k}", bus0=buses[k], bus1=buses[k + 1], x=float(r.uniform(5, 40)), r=1.0, s_nom=float(r.integers(100, 400)),
                s_nom_extendable=extendable, capital_cost=3.0, length=float(r.integers(10, 90)), s_max_pu=either(0.6, 1.0), g=1e-6, b=1e-4,
                carrier=pick("AC", ""), v_ang_max=pick(np.inf, 40.0),
            )
        else:
            n.add(
                "Transformer", f"l{k}", bus0=buses[k], bus1=buses[k + 1], x=0.1, r=0.003, s_nom=300.0, tap_ratio=pick(1.0, 1.03),
                phase_shift=pick(0.0, 5.0), phase_shift_min=pick(0.0, -10.0), phase_shift_max=pick(0.0, 10.0), model=pick("t", "pi"),
            )
    n.add("Line", "typed", bus0=buses[0], bus1=buses[2], type="Al/St 240/40 4-bundle 380.0", length=120.0, num_parallel=pick(1.0, 1.5), s_nom=400.0)
    if r.random() < 0.7:
        n.add("Transformer", "typed", bus0=buses[0], bus1=buses[-1], type="160 MVA 380/110 kV", tap_position=pick(0, 3), num_parallel=pick(1.0, 2.0))
    n.add("Link", "electrolysis", bus0=buses[0], bus1="hydrogen", carrier="H2", efficiency=either(0.6, 0.7), p_nom_extendable=True, capital_cost=5.0)
    n.add("Link", "chp", bus0="hydrogen", bus1=buses[1], bus2=buses[2], efficiency=0.4, efficiency2=either(0.1, 0.3), p_nom=80.0, ramp_limit_up=pick(np.nan, 0.7))
    n.add("Link", "dc", bus0=buses[0], bus1=buses[-1], p_nom=150.0, p_min_pu=-1.0, length=200.0, marginal_cost=0.1, p_set=pick(np.nan, 30.0))
    n.add("Store", "tank", bus="hydrogen", e_nom=500.0, e_cyclic=bool(r.random() < 0.5), e_initial=40.0, standing_loss=0.001, marginal_cost_storage=0.01, e_min_pu=0.05, carrier=pick("H2", ""))
    n.add(
        "StorageUnit", "battery", bus=buses[1], carrier="battery", p_nom_extendable=True, p_nom_max=300.0, capital_cost=4.0, max_hours=4.0,
        efficiency_store=0.95, efficiency_dispatch=either(0.9, 0.96), cyclic_state_of_charge=bool(r.random() < 0.5), marginal_cost=0.3,
    )
    n.add("StorageUnit", "hydro", bus=buses[2], p_nom=100.0, p_min_pu=0.0, efficiency_store=0.0, max_hours=50.0, state_of_charge_initial=200.0, inflow=series(0, 60), spill_cost=0.2)
    held = np.full(steps, np.nan)
    held[-1] = 60.0
    n.add("StorageUnit", "held", bus=buses[0], p_nom=40.0, max_hours=5.0, state_of_charge_initial=50.0, state_of_charge_set=held, standing_loss=0.01)
    n.add("Generator", "off", bus=buses[0], p_nom=1000.0, marginal_cost=0.0, active=False)
    n.add("ShuntImpedance", "shunt", bus=buses[0], b=1e-3, g=1e-5)
    n.add("GlobalConstraint", "co2", carrier_attribute="co2_emissions", sense="<=", constant=float(r.integers(500, 3000)))
    if r.random() < 0.5:
        n.add("GlobalConstraint", "volume", type="transmission_volume_expansion_limit", carrier_attribute="AC", sense="<=", constant=40000.0)
    if r.random() < 0.5:
        n.add("GlobalConstraint", "wind", type="tech_capacity_expansion_limit", carrier_attribute="wind", sense="<=", constant=900.0)
    if r.random() < 0.5:
        n.add("GlobalConstraint", "gas", type="operational_limit", carrier_attribute="gas", sense="<=", constant=4000.0)
    if r.random() < 0.5:
        n.add("GlobalConstraint", "wires", type="tech_capacity_expansion_limit", carrier_attribute="AC", sense="<=", constant=float(r.integers(100, 500)))
    if r.random() < 0.5:
        n.add("StorageUnit", "brim", bus=buses[1], p_nom=60.0, max_hours=1.0, state_of_charge_initial=80.0)
    n.generators["my note"] = [f"note {k}" for k in range(len(n.generators))]
    return n


def answer(what, *rest):
    if what == "optimize":
        return optimize(network(rest[0]))
    if what == "impedances":
        return impedances(network(rest[0]))
    if what == "rewrite":
        n, out = network(rest[0]), rest[1]
        n.export_to_netcdf(out) if out.endswith(".nc") else n.export_to_csv_folder(out)
        return {}
    if what == "same":
        return {"different": same(network(rest[0]), network(rest[1]))}
    if what == "random":
        n = random_network(int(rest[0]))
        n.export_to_csv_folder(rest[1])
        n.export_to_netcdf(rest[1] + ".nc")
        return optimize(n)
    sys.exit(__doc__)


def main():
    if sys.argv[1:] == ["batch"]:
        for line in sys.stdin:
            print(json.dumps(answer(*json.loads(line))), flush=True)
    elif len(sys.argv) > 2:
        print(json.dumps(answer(*sys.argv[1:])))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
