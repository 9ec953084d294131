"""Files between fenggu and PyPSA: solved networks as PyPSA writes them, random networks, MATPOWER cases, limits and oddities.

The long form solves many random networks: ``FENGGU_LONG=1 pytest python/tests/test_pypsa_files.py``.
"""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, matpower_case
from test_pypsa import CASES, filled, kitchen, pypsa, shared, solved

import fenggu

import pandas as pd  # noqa: E402, I001

LONG = bool(os.environ.get("FENGGU_LONG"))
FORMATS = {"pypsa-netcdf": "solved.nc", "pypsa-csv": "solved"}


def generator() -> object:
    """scripts/pypsa_run.py, which makes the random networks."""
    spec = importlib.util.spec_from_file_location("pypsa_run", ROOT / "scripts" / "pypsa_run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def dense(n: "pypsa.Network", component: str, attribute: str) -> pd.DataFrame:
    """A frame with all its components: files leave out columns that are all default."""
    return n.get_switchable_as_dense(component, attribute) if attribute in n.components[component].static else (
        n.components[component].dynamic[attribute].reindex(columns=n.components[component].static.index, fill_value=0.0)
    )


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Path, "pypsa.Network", "pypsa.Network", fenggu.Solution]:
    """A shared case: PyPSA's answer, ours written into a network in memory, ours from the file."""
    path = shared() / "pypsa-cases" / request.param / "net.nc"
    n = pypsa.Network(path)
    ours = n.copy()
    assert fenggu.optimize(ours, include_objective_constant=False) == ("ok", "optimal")
    return path, solved(n, include_objective_constant=False), ours, fenggu.dispatch(path)


@pytest.mark.parametrize("format", FORMATS)
def test_a_solved_file_holds_what_optimize_leaves(case: tuple, format: str, tmp_path: Path) -> None:
    """Every frame and column that ``n.optimize()`` fills, compared with PyPSA's own file of its own answer.

    ``fenggu.optimize`` is compared with PyPSA cell by cell in test_pypsa.py; here the file must hold the same numbers.
    Not filled by either without ``assign_all_duals``: the ``mu_*`` frames.
    """
    path, theirs, ours, solution = case
    solution.write(tmp_path / FORMATS[format], format)
    back = pypsa.Network(tmp_path / FORMATS[format])
    own = tmp_path / ("own.nc" if format == "pypsa-netcdf" else "own")
    theirs.export_to_netcdf(own) if format == "pypsa-netcdf" else theirs.export_to_csv_folder(own)
    expected = pypsa.Network(own)
    assert back.objective == pytest.approx(theirs.objective, rel=1e-6)
    assert set(filled(expected)) <= set(filled(back)) | {k for k, f in filled(expected).items() if (f.fillna(0) == 0).all(axis=None)}
    for component, attribute in filled(theirs):
        a, b = dense(ours, component, attribute), dense(back, component, attribute)
        scale = 1e-7 * (1 + np.nanmax(np.abs(a.to_numpy(float)), initial=0))
        np.testing.assert_allclose(b[a.columns].to_numpy(float), a.to_numpy(float), rtol=1e-7, atol=scale, err_msg=f"{path} {component} {attribute}")
    for c in theirs.components:
        for column in [k for k in c.static.columns if k == "mu" or k.endswith("_opt")]:
            got, want = back.components[c.name].static[column], ours.components[c.name].static[column]
            np.testing.assert_allclose(got.reindex(want.index), want, rtol=1e-7, atol=1e-6, err_msg=f"{c.name} {column}")


@pytest.mark.parametrize("format", FORMATS)
def test_the_kitchen_is_equal_in_every_cell_of_its_file(format: str, tmp_path: Path) -> None:
    """One answer only: the file is compared with PyPSA's numbers, signs and all."""
    n = kitchen()
    theirs = solved(n)
    n.export_to_netcdf(tmp_path / "n.nc")
    fenggu.dispatch(tmp_path / "n.nc").write(tmp_path / FORMATS[format], format)
    back = pypsa.Network(tmp_path / FORMATS[format])
    assert back.objective == pytest.approx(theirs.objective, rel=1e-7)
    for component, attribute in filled(theirs):
        a, b = dense(theirs, component, attribute), dense(back, component, attribute)
        np.testing.assert_allclose(b[a.columns].to_numpy(float), a.to_numpy(float), rtol=1e-5, atol=1e-4, err_msg=f"{component} {attribute}")


@pytest.mark.parametrize("seed", range(100, 140) if LONG else [100])
def test_random_networks_mean_the_same_before_and_after(seed: int, tmp_path: Path) -> None:
    """PyPSA's answer to a random network is ours, and PyPSA's answer to what we write of it too."""
    n = generator().random_network(seed)
    n.export_to_netcdf(tmp_path / "n.nc")
    theirs = n.optimize(log_to_console=False, include_objective_constant=False)
    net = fenggu.read(tmp_path / "n.nc")
    answer = fenggu.dispatch(net)
    if theirs[1] == "infeasible":
        assert answer.status == "infeasible"
        return
    assert theirs == ("ok", "optimal") and answer.status == "ok"
    assert answer.objective == pytest.approx(n.objective, rel=1e-6)
    formats = FORMATS.items() if LONG else [list(FORMATS.items())[seed % 2]]
    for format, name in formats:
        answer.write(tmp_path / name, format)
        again = pypsa.Network(tmp_path / name)
        assert again.objective == pytest.approx(n.objective, rel=1e-6)
        assert again.optimize(log_to_console=False, include_objective_constant=False) == ("ok", "optimal")
        assert again.objective == pytest.approx(n.objective, rel=1e-6), format


@pytest.mark.parametrize("name", ["case9", "case30", "case118", "case5", "case24_ieee_rts"])
def test_a_matpower_case_costs_the_same_in_pypsa(name: str, tmp_path: Path) -> None:
    path = matpower_case(name)
    answer = fenggu.dispatch(path)
    assert answer.status == "ok"
    lost = fenggu.convert(path, tmp_path / "out.nc")
    n = pypsa.Network(tmp_path / "out.nc")
    assert n.optimize(log_to_console=False, include_objective_constant=False) == ("ok", "optimal")
    # What a unit costs at zero output has no place in PyPSA, and is told.
    g = answer.network.tables["generators"]
    constant = float(np.sum(g["cost_constant_per_h"][g["in_service"]])) if "cost_constant_per_h" in list(g) else 0.0
    assert constant == 0 or any("cost_constant" in str(d) for d in lost), [str(d) for d in lost]
    assert n.objective + constant == pytest.approx(answer.objective, rel=1e-6), [str(d) for d in lost]


def test_piecewise_costs_of_matpower_are_named_as_lost(tmp_path: Path) -> None:
    lost = fenggu.convert(matpower_case("case30pwl"), tmp_path / "out.nc")
    assert any(d.values.get("item") == "generators.cost_points" and d.values["count"] == "6" for d in lost)


def wires() -> "pypsa.Network":
    n = pypsa.Network()
    n.set_snapshots(range(2))
    n.add("Carrier", ["AC", "wire"])
    n.add("Bus", ["a", "b", "c"], v_nom=110.0)
    n.add("Generator", ["g", "h", "k"], bus=["a", "b", "c"], p_nom=300.0, marginal_cost=[1.0, 9.0, 30.0])
    n.add("Load", "l", bus="c", p_set=[100.0, 150.0])
    n.add("Line", ["ab", "bc"], bus0=["a", "b"], bus1=["b", "c"], x=1.0, s_nom_extendable=True, capital_cost=[1.0, 3.0])
    n.add("Transformer", "t", bus0="a", bus1="c", x=0.1, s_nom=10.0, s_nom_extendable=True, capital_cost=9.0, s_nom_max=20.0)
    return n


@pytest.mark.parametrize("carrier, bus, limit", [("AC", "", 200.0), ("wire", "", 120.0), ("wire", "b", 90.0), ("wire", "a", 40.0)])
def test_a_capacity_limit_counts_lines_as_pypsa_does(carrier: str, bus: str, limit: float) -> None:
    """Lines at their first bus, with the bus's carrier where they have none; transformers never."""
    ours = wires()
    if carrier == "wire":
        ours.lines["carrier"] = "wire"
    free = solved(ours).objective
    ours.add("GlobalConstraint", "limit", type="tech_capacity_expansion_limit", carrier_attribute=carrier, sense="<=", constant=limit, bus=bus)
    theirs = solved(ours)
    assert fenggu.optimize(ours) == ("ok", "optimal")
    assert theirs.objective > free + 1
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-7)
    assert ours.global_constraints.mu["limit"] == pytest.approx(theirs.global_constraints.mu["limit"], rel=1e-6)
    np.testing.assert_allclose(ours.lines.s_nom_opt, theirs.lines.s_nom_opt, atol=1e-5)


def test_a_capacity_limit_on_transformers_is_refused_by_name() -> None:
    n = wires()
    n.transformers["carrier"] = "wire"
    n.add("GlobalConstraint", "limit", type="tech_capacity_expansion_limit", carrier_attribute="wire", sense="<=", constant=5.0)
    with pytest.raises(fenggu.FengguError, match="transformers"):
        fenggu.optimize(n)


def model_objective(n: "pypsa.Network") -> float | None:
    """The optimum of PyPSA's model. ``optimize`` stops afterwards, computing angles, where a branch has no impedance."""
    n = n.copy()
    n.optimize.create_model(include_objective_constant=False)
    status = n.model.solve(log_to_console=False)
    return n.model.objective.value if status == ("ok", "optimal") else None


IDEAL = {
    "radial": dict(x=[0.0, 0.0, 1e9], s_nom=[160.0, 160.0, 0.0]),
    "in a cycle": dict(x=[0.0, 1.0, 2.0], s_nom=[200.0, 120.0, 90.0]),
    "two in a cycle": dict(x=[0.0, 0.0, 2.0], s_nom=[200.0, 120.0, 90.0]),
    "limits bind": dict(x=[1.0, 0.0, 2.0], s_nom=[70.0, 120.0, 60.0]),
    "resistances of direct current": dict(x=[1.0, 1.0, 1.0], r=[0.0, 1.0, 2.0], s_nom=[200.0, 120.0, 70.0], carrier="DC"),
    "an angle limit": dict(x=[0.0, 1.0, 2.0], s_nom=[200.0, 120.0, 90.0], v_ang_max=[1e-4, 40.0, 0.3]),
}


@pytest.mark.parametrize("name", IDEAL)
def test_branches_without_impedance_mean_what_they_mean_in_pypsas_model(name: str) -> None:
    data = dict(IDEAL[name])
    n = pypsa.Network()
    n.set_snapshots(range(2))
    n.add("Carrier", ["AC", "DC"])
    n.add("Bus", ["a", "b", "c"], v_nom=110.0, carrier=data.pop("carrier", "AC"))
    n.add("Generator", ["g", "h", "k"], bus=["a", "b", "c"], p_nom=300.0, marginal_cost=[1.0, 9.0, 30.0])
    n.add("Load", "l", bus="c", p_set=[100.0, 150.0])
    n.add("Line", ["ab", "bc", "ac"], bus0=["a", "b", "a"], bus1=["b", "c", "c"], **data)
    expected = model_objective(n)
    net = fenggu.from_pypsa(n)
    assert any(d.code == "N0411" for d in fenggu.check(net))
    answer = fenggu.dispatch(net)
    assert answer.status == "ok" and answer.certificate["passed"]
    assert answer.objective == pytest.approx(expected, rel=1e-7)
    with pytest.raises(fenggu.FengguError, match="no impedance.*flow=angle"):
        fenggu.dispatch(net, flow="ptdf")
    tight = n.copy()
    tight.generators["p_nom"] = [60.0, 20.0, 20.0]
    assert fenggu.dispatch(fenggu.from_pypsa(tight)).status == "infeasible" and model_objective(tight) is None


def meshed(seed: int) -> "pypsa.Network":
    """A mesh in which a third of the branches have no impedance; in every second one there is too little of something."""
    r = np.random.default_rng(seed)
    n = pypsa.Network()
    n.set_snapshots(range(2))
    count = int(r.integers(4, 9))
    names = [f"b{k}" for k in range(count)]
    n.add("Carrier", ["AC", "DC"])
    n.add("Bus", names, v_nom=110.0, carrier="AC" if r.random() < 0.8 else "DC")
    for k, b in enumerate(names):
        n.add("Generator", f"g{k}", bus=b, p_nom=float(r.integers(20, 120)), marginal_cost=float(r.uniform(1, 90)))
        n.add("Load", f"l{k}", bus=b, p_set=r.uniform(5, 40, 2) * (1 + seed % 2))
    pairs = [(k, int(r.integers(0, k))) for k in range(1, count)]
    pairs += [tuple(r.choice(count, 2, replace=False)) for _ in range(int(r.integers(1, 6)))]
    for i, (a, b) in enumerate(pairs):
        share = 0.0 if r.random() < 0.35 else float(r.uniform(0.2, 1))
        ends = {"bus0": names[a], "bus1": names[b], "s_nom": float(r.integers(10, 60))}
        if r.random() < 0.15:
            n.add("Transformer", f"t{i}", x=0.1 * share, r=0.01 * share, tap_ratio=1.02, **ends)
        else:
            n.add("Line", f"e{i}", x=20 * share, r=5 * share, s_nom_extendable=bool(r.random() < 0.2), capital_cost=2.0, **ends)
    return n


@pytest.mark.parametrize("seed", range(60) if LONG else range(4))
def test_meshes_with_branches_without_impedance(seed: int) -> None:
    n = meshed(seed)
    try:
        expected = model_objective(n)
    except ValueError:
        pytest.skip("PyPSA writes no row for a cycle without any impedance where there is no other cycle")
    answer = fenggu.dispatch(fenggu.from_pypsa(n))
    assert answer.certificate["passed"] or expected is None
    if expected is None:
        assert answer.status == "infeasible"
    else:
        assert answer.status == "ok" and answer.objective == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("initial, power, feasible", [(30.0, 10.0, True), (50.0, 10.0, False), (50.0, 1.0, False), (21.0, 1.0, True)])
def test_energy_at_the_start_above_the_capacity(initial: float, power: float, feasible: bool) -> None:
    n = kitchen()
    n.add("StorageUnit", "full", bus="c", p_nom=power, max_hours=20.0 / power, state_of_charge_initial=initial)
    ours = n.copy()
    outcome = n.optimize(log_to_console=False)
    assert (outcome == ("ok", "optimal")) == feasible
    if feasible:
        assert fenggu.optimize(ours) == ("ok", "optimal")
        assert ours.objective == pytest.approx(n.objective, rel=1e-7)
        assert {d.code for d in fenggu.check(fenggu.from_pypsa(n))} >= {"N0507"}
    else:
        with pytest.raises(fenggu.FengguError) as caught:
            fenggu.optimize(ours)
        assert any(d.code == "N0501" for d in caught.value.diagnostics)


@pytest.mark.parametrize("list, column", [("generators", "p_nom"), ("loads", "p_set"), ("links", "efficiency"), ("stores", "e_nom")])
def test_an_empty_cell_is_told_and_means_the_default(list: str, column: str, tmp_path: Path) -> None:
    n = kitchen()
    n.export_to_csv_folder(tmp_path / "csv")
    file = tmp_path / "csv" / f"{list}.csv"
    table = pd.read_csv(file, index_col=0)
    name = {"generators": "old", "loads": "town", "links": "boiler", "stores": "tank"}[list]
    table.loc[name, column] = np.nan
    table.to_csv(file)
    theirs = solved(pypsa.Network(tmp_path / "csv"))
    told = [d for d in fenggu.check(tmp_path / "csv") if d.code == "F0519"]
    assert [(d.name, d.values["attribute"]) for d in told] == [(name, column)]
    assert fenggu.dispatch(tmp_path / "csv").objective == pytest.approx(theirs.objective, rel=1e-7)
