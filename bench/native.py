"""Reads a folder of fenggu's native format for the peer: independent of fenggu's reader, written from the format's description.

Only what the generated province uses is known; any other column or table is refused, so that nothing is left out in silence.
"""

import csv
import os
import tomllib

import numpy as np

KNOWN = {
    "buses": {"name"},
    "branches": {"name", "bus_from", "bus_to", "x_pu", "rating_a_mva"},
    "generators": {"name", "bus", "p_nom_mw", "p_min_pu", "p_max_pu", "cost_linear_per_mwh", "offer"},
    "loads": {"name", "bus", "p_mw", "shed_cost_per_mwh"},
    "storage_units": {"name", "bus", "discharge_max_mw", "charge_max_mw", "energy_max_mwh", "efficiency_charge", "efficiency_discharge",
                      "standing_loss_per_h", "end_rule", "discharge_cost_per_mwh", "cycles_max_per_day"},
    "interfaces": {"name", "p_max_mw"},
    "interface_terms": {"name", "interface", "branch"},
    "reserves": {"name", "direction", "requirement_mw", "shortage"},
    "reserve_offers": {"name", "reserve", "generator", "storage_unit", "max_mw", "duration_h"},
}
# Columns that a dispatch without commitment or emission limits does not use.
UNUSED = {
    "buses": {"number", "kind", "v_nom_kv", "area", "zone", "vm_min_pu", "vm_max_pu", "longitude", "latitude"},
    "branches": {"r_pu", "length_km"},
    "generators": {"carrier", "efficiency", "start_up_cost", "up_time_min_h", "down_time_min_h"},
    "storage_units": {"carrier"},
}


def rows(folder, table):
    """Rows of a table as dictionaries; none when the network has no such table."""
    path = os.path.join(folder, f"{table}.csv")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8-sig", newline="") as f:
        reader = csv.DictReader(f)
        unknown = set(reader.fieldnames) - KNOWN[table] - UNUSED.get(table, set())
        if unknown:
            raise ValueError(f"{path}: columns {sorted(unknown)} are not built by this peer")
        return list(reader)


class Network:
    """Tables, the length of a step, and profiles spread over the steps."""

    def __init__(self, folder):
        with open(os.path.join(folder, "network.toml"), "rb") as f:
            head = tomllib.load(f)
        self.base = head["base_mva"]
        self.convention = head["flow_convention"]
        self.steps, self.h = head["time"]["steps"], head["time"]["step_h"]
        extra = {f[:-4] for f in os.listdir(folder) if f.endswith(".csv")} - set(KNOWN) - {"carriers"}
        if extra:
            raise ValueError(f"{folder}: tables {sorted(extra)} are not built by this peer")
        for table in KNOWN:
            setattr(self, table, rows(folder, table))
        self.series = {}
        directory = os.path.join(folder, "series")
        for name in os.listdir(directory) if os.path.isdir(directory) else []:
            with open(os.path.join(directory, name), encoding="utf-8-sig", newline="") as f:
                header, *body = csv.reader(f)
            values = np.array([[float(x) for x in r[1:]] for r in body])
            self.series[name[:-4]] = dict(zip(header[1:], values.T))

    def profile(self, table, row, field, default=0.0):
        """The field of a row in every step."""
        text = row.get(field) or ""
        if text.startswith("@"):
            return self.series[f"{table}.{field}"][text[1:]]
        return np.full(self.steps, float(text) if text else default)


def number(row, field, default=0.0):
    """A number, or what stands for an empty cell."""
    return float(row[field]) if row.get(field) else default


def pairs(row, field):
    """Steps `width:price width:price ...`."""
    return [tuple(map(float, p.split(":"))) for p in (row.get(field) or "").replace(";", " ").split()]
