"""Makes the small files of `pypsa_versions`: one network, written by the PyPSA that runs this.

    python make.py OUT

Written: OUT/VERSION_csv (a folder), and of a part of the network OUT/VERSION_netcdf4.nc, OUT/VERSION_h5netcdf.nc and
OUT/VERSION_h5netcdf_zlib.nc (these two where h5netcdf and h5py are there). Prints the objectives that PyPSA 1.x finds.
"""

import importlib.util
import logging
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

import numpy as np
import pandas as pd
import pypsa


PART = ("Carrier", "Bus", "Line", "Load", "Generator")


def small(part=False):
    """One answer only: line, transformer, three-port link, store, storage unit, sign, an energy limit, weights, expansion."""
    n = pypsa.Network(name="versions")
    n.set_snapshots(pd.date_range("2026-02-01", periods=4, freq="h"))
    n.snapshot_weightings.loc[:, :] = 2.0

    def add(kind, name, **data):
        if not part or (kind in PART and name not in ("baths", "well", "typed", "warm", "fuel")):
            n.add(kind, name, **data)

    add("Carrier", "gas", co2_emissions=0.2)
    add("Carrier", "wind")
    add("Carrier", "AC")
    for bus in "abc":
        add("Bus", bus, v_nom=110.0, carrier="AC")
    add("Bus", "fuel", carrier="gas")
    add("Bus", "warm", carrier="heat")
    add("Carrier", "heat")
    add("Line", "ab", bus0="a", bus1="b", x=8.0, r=0.1, s_nom=90.0, carrier="AC")
    add("Line", "bc", bus0="b", bus1="c", x=12.0, r=0.1, s_nom=20.0, s_nom_extendable=True, capital_cost=3.0, length=30.0)
    add("Line", "typed", bus0="a", bus1="b", type="Al/St 240/40 2-bundle 220.0", length=40.0, s_nom=60.0)
    add("Transformer", "ac", bus0="a", bus1="c", x=0.12, s_nom=150.0, tap_ratio=1.02)
    times = lambda values: pd.Series(values, n.snapshots)
    add("Load", "city", bus="c", p_set=times([60.0, 80.0, 110.0, 70.0]))
    add("Load", "town", bus="b", p_set=31.0)
    add("Load", "baths", bus="warm", p_set=12.0)
    add("Generator", "wind", bus="a", carrier="wind", p_nom=120.0, marginal_cost=1.0, p_max_pu=times([0.9, 0.3, 0.7, 0.5]))
    add("Generator", "coal", bus="b", p_nom_extendable=True, capital_cost=55.0, p_nom_max=200.0, ramp_limit_up=0.8, marginal_cost=times([37.0, 40.5, 44.0, 39.2]))
    add("Generator", "export", bus="c", p_nom=10.0, marginal_cost=-20.0, sign=-1.0)
    add("Generator", "well", bus="fuel", carrier="gas", p_nom=500.0, marginal_cost=11.0)
    add("Link", "chp", bus0="fuel", bus1="c", bus2="warm", efficiency=0.4, efficiency2=0.45, p_nom=100.0)
    add("Link", "boiler", bus0="fuel", bus1="warm", efficiency=0.9, p_nom=50.0, marginal_cost=0.7)
    add("Store", "tank", bus="warm", e_nom=15.0, e_initial=4.0, standing_loss=0.01)
    add("StorageUnit", "lake", bus="a", p_nom=20.0, max_hours=3.0, inflow=1.5, efficiency_store=0.9, efficiency_dispatch=0.95, cyclic_state_of_charge=True, marginal_cost=0.3)
    add("GlobalConstraint", "co2", type="primary_energy", carrier_attribute="co2_emissions", sense="<=", constant=90.0)
    return n


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    version = pypsa.__version__
    make = small if version >= "0.22" else small_of_old
    whole, part = make(), make(part=True)
    whole.export_to_csv_folder(str(out / f"{version}_csv"))
    part.export_to_netcdf(str(out / f"{version}_netcdf4.nc"))
    if importlib.util.find_spec("h5netcdf") and importlib.util.find_spec("h5py"):
        ds = part.export_to_netcdf()
        ds.to_netcdf(out / f"{version}_h5netcdf.nc", engine="h5netcdf")
        packed = {k: {"zlib": True, "complevel": 9, "shuffle": True} for k, v in ds.data_vars.items() if v.dtype.kind in "fi" and v.ndim}
        ds.to_netcdf(out / f"{version}_h5netcdf_zlib.nc", engine="h5netcdf", encoding=packed)
    if version >= "1":
        for n in (whole, part):
            n.optimize(log_to_console=False, include_objective_constant=False)
            print(version, repr(n.objective))


def small_of_old(part=False):
    """Versions before 0.22 know two-port links only where the network is told of the third."""
    override = pypsa.descriptors.Dict({k: v.copy() for k, v in pypsa.components.component_attrs.items()})
    override["Link"].loc["bus2"] = ["string", np.nan, np.nan, "2nd bus", "Input (optional)"]
    override["Link"].loc["efficiency2"] = ["static or series", "per unit", 1.0, "2nd bus efficiency", "Input (optional)"]
    override["Link"].loc["p2"] = ["series", "MW", 0.0, "2nd bus output", "Output"]
    make = pypsa.Network

    def told(*args, **kwargs):
        return make(*args, override_component_attrs=override, **kwargs)

    pypsa.Network = told
    try:
        return small(part)
    finally:
        pypsa.Network = make


if __name__ == "__main__":
    main()
