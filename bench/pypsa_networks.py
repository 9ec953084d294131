#!/usr/bin/env python3
"""Larger networks for the benchmark, written as netCDF by PyPSA itself.

    pypsa_networks.py scigrid HOURS SOURCE.nc OUT.nc     PyPSA's SciGRID day over and over, every day's load and wind scaled a little otherwise
    pypsa_networks.py onenode STEPS OUT.nc               one node to be built: wind, sun, battery, hydrogen, gas; a year in STEPS steps

Deterministic: a fixed seed, and a generator that is the same on every machine.
"""

import logging
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
import pypsa

logging.disable(logging.WARNING)


def scigrid(hours, source, out):
    """Every series of the source, tiled; load and availability of a day scaled by a factor of its own."""
    n = pypsa.Network(source)
    old = len(n.snapshots)
    rng = np.random.default_rng(7)
    days = -(-hours // old)
    factor = np.repeat(np.clip(1.0 + 0.05 * rng.standard_normal(days), 0.9, 1.05), old)[:hours]
    series = {("Load", "p_set"): n.loads_t.p_set.copy(), ("Generator", "p_max_pu"): n.generators_t.p_max_pu.copy()}
    n.set_snapshots(pd.date_range(n.snapshots[0], periods=hours, freq="h"))
    for (component, field), frame in series.items():
        tiled = np.tile(frame.to_numpy(), (days, 1))[:hours] * factor[:, None]
        if field == "p_max_pu":
            tiled = np.clip(tiled, 0.0, 1.0)
        n.components[component].dynamic[field] = pd.DataFrame(tiled, index=n.snapshots, columns=frame.columns)
    n.export_to_netcdf(out)


def onenode(steps, out):
    """A year at one node, every capacity a decision."""
    hours = 8760 / steps
    n = pypsa.Network(name=f"one node, {steps} steps")
    n.set_snapshots(pd.date_range("2019-01-01", periods=steps, freq=f"{round(hours * 60)}min"))
    n.snapshot_weightings.loc[:, :] = hours
    t = (np.arange(steps) + 0.5) * hours
    rng = np.random.default_rng(11)
    # Wind: a slow random walk squeezed between 0 and 1, stronger in winter. Sun: day and season, with cloudy days. Load: day, week, season.
    walk = np.zeros(steps)
    keep, noise = 0.97 ** hours, rng.standard_normal(steps)
    for k in range(1, steps):
        walk[k] = keep * walk[k - 1] + np.sqrt(1 - keep**2) * noise[k]
    wind = 1 / (1 + np.exp(-(1.6 * walk - 0.9 + 0.5 * np.cos(2 * np.pi * t / 8760))))
    height = np.sin(2 * np.pi * (t % 24 - 6) / 24) * (0.75 - 0.25 * np.cos(2 * np.pi * (t - 240) / 8760))
    clouds = np.repeat(0.4 + 0.6 * rng.random(366), max(1, round(24 / hours)))[:steps]
    sun = np.clip(height, 0, 1) * clouds
    load = 100 * (1 + 0.15 * np.cos(2 * np.pi * (t - 18 * 1) / 24) + 0.1 * np.cos(2 * np.pi * t / 8760)) * np.where((t // 24) % 7 < 5, 1.0, 0.9)
    for carrier, co2 in [("wind", 0.0), ("sun", 0.0), ("gas", 0.2), ("battery", 0.0), ("hydrogen", 0.0), ("AC", 0.0)]:
        n.add("Carrier", carrier, co2_emissions=co2)
    n.add("Bus", "node", carrier="AC")
    n.add("Bus", "battery", carrier="battery")
    n.add("Bus", "hydrogen", carrier="hydrogen")
    n.add("Load", "load", bus="node", p_set=pd.Series(load, n.snapshots))
    n.add("Generator", "wind", bus="node", carrier="wind", p_nom_extendable=True, capital_cost=100_000, marginal_cost=0.02,
          p_max_pu=pd.Series(wind, n.snapshots))
    n.add("Generator", "sun", bus="node", carrier="sun", p_nom_extendable=True, capital_cost=45_000, marginal_cost=0.01,
          p_max_pu=pd.Series(sun, n.snapshots))
    n.add("Generator", "gas", bus="node", carrier="gas", p_nom_extendable=True, capital_cost=50_000, marginal_cost=70.0, efficiency=0.5)
    n.add("Store", "battery", bus="battery", carrier="battery", e_nom_extendable=True, e_cyclic=True, capital_cost=12_000)
    n.add("Link", "battery in", bus0="node", bus1="battery", p_nom_extendable=True, efficiency=0.96, capital_cost=12_000)
    n.add("Link", "battery out", bus0="battery", bus1="node", p_nom_extendable=True, efficiency=0.96, marginal_cost=0.1)
    n.add("Store", "hydrogen", bus="hydrogen", carrier="hydrogen", e_nom_extendable=True, e_cyclic=True, capital_cost=150)
    n.add("Link", "electrolysis", bus0="node", bus1="hydrogen", p_nom_extendable=True, efficiency=0.65, capital_cost=45_000)
    n.add("Link", "turbine", bus0="hydrogen", bus1="node", p_nom_extendable=True, efficiency=0.5, capital_cost=40_000, marginal_cost=0.2)
    n.add("GlobalConstraint", "co2", type="primary_energy", carrier_attribute="co2_emissions", sense="<=", constant=float(0.03 * load.sum() * hours))
    n.export_to_netcdf(out)


if __name__ == "__main__":
    if sys.argv[1] == "scigrid":
        scigrid(int(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        onenode(int(sys.argv[2]), sys.argv[3])
