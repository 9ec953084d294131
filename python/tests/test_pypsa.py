"""``fenggu.optimize(n)`` beside PyPSA's own ``n.optimize()``, field by field, on the shared cases and on a small network."""

import json
import logging
import warnings
from pathlib import Path

import numpy as np
import pytest
from conftest import shared

import fenggu

pypsa = pytest.importorskip("pypsa", reason="skipped: no PyPSA")
import pandas as pd  # noqa: E402

logging.getLogger("pypsa").setLevel(logging.ERROR)
logging.getLogger("linopy").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", category=FutureWarning)

CASES = ["c02_storage_hvdc", "c03_scigrid24", "c15_setpoints_budgets", "c23_pst", "c27_rolling", "c29_qp"]


def solved(n: "pypsa.Network", **options: object) -> "pypsa.Network":
    """PyPSA's own answer, in a copy."""
    n = n.copy()
    assert n.optimize(log_to_console=False, **options) == ("ok", "optimal")
    return n


@pytest.fixture(scope="module", params=CASES)
def pair(request: pytest.FixtureRequest) -> tuple[Path, "pypsa.Network", "pypsa.Network", fenggu.Solution]:
    """A shared case, solved by PyPSA and by us."""
    folder = shared() / "pypsa-cases" / request.param
    n = pypsa.Network(folder / "net.nc")
    ours = n.copy()
    outcome = fenggu.optimize(ours, include_objective_constant=False)
    assert outcome == ("ok", "optimal") and outcome.solution.certificate["passed"]
    return folder, solved(n, include_objective_constant=False), ours, outcome.solution


def filled(n: "pypsa.Network") -> dict[tuple[str, str], pd.DataFrame]:
    """Varying frames that hold something."""
    return {(c.list_name, a): f for c in n.components for a, f in c.dynamic.items() if not f.empty}


def test_the_objective_is_pypsas(pair: tuple) -> None:
    folder, theirs, ours, _ = pair
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-6)
    if folder.name != "c27_rolling":  # there the file's answer is that of a rolling horizon
        assert ours.objective == pytest.approx(json.loads((folder / "expected.json").read_text())["objective"], rel=1e-6)
    assert ours.objective_constant == theirs.objective_constant == 0.0 and ours.is_solved


def test_the_same_frames_are_filled(pair: tuple) -> None:
    _, theirs, ours, _ = pair
    a, b = filled(theirs), filled(ours)
    assert set(a) == set(b)
    for key, frame in a.items():
        pd.testing.assert_index_equal(frame.index, b[key].index, obj=str(key))
        pd.testing.assert_index_equal(frame.columns, b[key].columns, obj=str(key))
        assert (b[key].notna() == frame.notna()).all(axis=None), key
    for c in theirs.components:
        other = ours.components[c.list_name].static
        assert set(c.static.columns) == set(other.columns), c.list_name
        for column in set(c.static.columns) - {"obj"}:
            x, y = c.static[column], other[column]
            if column == "mu" or column.endswith("_opt"):
                continue
            if x.dtype.kind == "f":
                np.testing.assert_allclose(y.to_numpy(float), x, rtol=1e-9, err_msg=f"{c.list_name} {column}")
            else:
                assert x.astype(str).tolist() == y.astype(str).tolist(), (c.list_name, column)


def values(n: "pypsa.Network", component: str, attribute: str, dims: tuple[str, ...]) -> np.ndarray:
    """Our value of a variable of PyPSA's model."""
    c = n.components[component]
    if "snapshot" not in dims:
        return c.static[f"{attribute}_opt"]
    attribute = {"s": "p0", "phase_shift": "phase_shift_opt"}.get(attribute, attribute)
    return c.dynamic[attribute]


def test_the_answer_fits_pypsas_own_model(pair: tuple) -> None:
    """Every row, bound and the objective of the model that PyPSA builds, at our values: also where flows are not unique."""
    _, theirs, ours, _ = pair
    n = ours.copy()
    m = n.optimize.create_model(include_objective_constant=False)
    x = np.full(m._xCounter, np.nan)
    for name, variable in m.variables.items():
        component, attribute = name.split("-", 1)
        found = values(ours, component, attribute, variable.dims)
        labels = variable.labels
        if "snapshot" in variable.dims:
            labels = labels.transpose("snapshot", "name").to_pandas()
            found = found.reindex(columns=labels.columns)
        else:
            labels = labels.to_pandas()
            found = found.reindex(labels.index)
        keep = labels.to_numpy() >= 0
        x[labels.to_numpy()[keep]] = found.to_numpy(float)[keep]
    matrices = m.matrices
    x = x[matrices.vlabels]
    assert np.isfinite(x).all()
    size = 1 + np.abs(x).max()
    assert (x >= matrices.lb - 1e-6 * size).all() and (x <= matrices.ub + 1e-6 * size).all()
    a = matrices.A
    gap = (a @ x - matrices.b) / (1 + abs(a).max(axis=1).toarray().ravel())
    sense = matrices.sense
    assert np.abs(gap[sense == "="]).max(initial=0) < 1e-6 * size
    assert gap[sense == "<"].max(initial=0) < 1e-6 * size and gap[sense == ">"].min(initial=0) > -1e-6 * size
    cost = matrices.c @ x
    if matrices.Q is not None:
        cost += 0.5 * x @ (matrices.Q @ x)
    assert cost == pytest.approx(theirs.objective, rel=1e-6)


def test_what_is_unique_is_equal(pair: tuple) -> None:
    folder, theirs, ours, _ = pair
    unique = json.loads((folder / "expected.json").read_text()).get("unique") or {"marginal_price_mean": folder.name == "c29_qp"}
    fields = {name for name, one in unique.items() if one}
    if "marginal_price_mean" in fields:
        np.testing.assert_allclose(ours.buses_t.marginal_price.mean(), theirs.buses_t.marginal_price.mean(), rtol=1e-5, atol=1e-5)
    if "global_constraint_mu" in fields:
        np.testing.assert_allclose(ours.global_constraints.mu, theirs.global_constraints.mu, rtol=1e-5)
    weights = theirs.snapshot_weightings.objective
    for name in fields:
        kind, _, what = name.partition("/")
        if kind == "energy":
            component, attribute = what.replace("(abs)", "").split("-")
            sums = [weights @ n.components[component].dynamic[attribute] for n in (ours, theirs)]
            np.testing.assert_allclose(*sums, rtol=1e-5, atol=1e-3, err_msg=name)
    for c in theirs.components:
        for column in [k for k in c.static.columns if k.endswith("_nom_opt")]:
            if f"capacities/{c.name}" in fields or not c.static[column.replace("_opt", "_extendable")].any():
                np.testing.assert_allclose(ours.components[c.name].static[column], c.static[column], rtol=1e-5, atol=1e-4, err_msg=c.name)


def kitchen(snapshots: object = 4) -> "pypsa.Network":
    """A little of everything, with one answer only: three ports, a store, an inactive unit, signs, a tap, ramps."""
    n = pypsa.Network(name="kitchen")
    n.set_snapshots(range(snapshots) if isinstance(snapshots, int) else snapshots)
    n.snapshot_weightings.loc[:, :] = np.array([[1, 2, 1]] * len(n.snapshots)).astype(float)
    n.add("Carrier", ["gas", "heat"], co2_emissions=[0.2, 0.0])
    n.add("Bus", ["a", "b", "c"], v_nom=110.0)
    n.add("Bus", "warm", carrier="heat")
    n.add("Bus", "fuel", carrier="gas")
    n.add("Line", ["ab", "bc"], bus0=["a", "b"], bus1=["b", "c"], x=[8.0, 12.0], r=0.1, s_nom=[90.0, 200.0])
    n.add("Line", "ac", bus0="a", bus1="c", x=10.0, s_nom=500.0, active=False)
    n.add("Transformer", "ab", bus0="a", bus1="c", x=0.12, s_nom=150.0, tap_ratio=1.02)
    demand = np.array([60.0, 80.0, 110.0, 70.0])
    n.add("Load", ["city", "town"], bus=["c", "b"], p_set=[0.0, 31.0])
    n.loads_t.p_set["city"] = demand
    n.add("Load", "baths", bus="warm", p_set=12.0)
    n.add("Generator", "wind", bus="a", p_nom=120.0, marginal_cost=1.0, p_max_pu=[0.9, 0.3, 0.7, 0.5])
    n.add("Generator", "coal", bus="b", p_nom=200.0, ramp_limit_up=0.3, p_min_pu=0.05)
    n.generators_t.marginal_cost["coal"] = [37.0, 40.5, 44.0, 39.2]
    n.add("Generator", "old", bus="b", p_nom=100.0, marginal_cost=0.0, active=False)
    n.add("Generator", "export", bus="c", p_nom=10.0, marginal_cost=-20.0, sign=-1)
    n.add("Generator", "well", bus="fuel", carrier="gas", p_nom=500.0, marginal_cost=11.0, efficiency=1.0)
    n.add("Link", "chp", bus0="fuel", bus1="c", bus2="warm", efficiency=0.4, efficiency2=0.45, p_nom=100.0)
    n.add("Link", "boiler", bus0="fuel", bus1="warm", efficiency=0.9, p_nom=50.0, marginal_cost=0.7)
    n.add("Store", "tank", bus="warm", e_nom=15.0, e_initial=4.0, standing_loss=0.01, marginal_cost=0.1)
    n.add("StorageUnit", "lake", bus="a", p_nom=20.0, max_hours=3.0, inflow=1.5, efficiency_store=0.9, efficiency_dispatch=0.95,
          cyclic_state_of_charge=True, marginal_cost=0.3, marginal_cost_storage=0.02, spill_cost=0.01)  # fmt: skip
    return n


LABELS = [
    range(4),
    pd.date_range("2026-02-01", periods=4, freq="h"),
    ["dawn", "noon", "dusk", "night"],
]


@pytest.mark.parametrize("labels", LABELS, ids=["numbers", "times", "words"])
def test_the_kitchen_is_equal_in_every_cell(labels: object) -> None:
    ours = kitchen(labels)
    theirs = solved(ours)
    assert fenggu.optimize(ours) == ("ok", "optimal")
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-7)
    a, b = filled(theirs), filled(ours)
    assert set(a) == set(b)
    for key, frame in a.items():
        pd.testing.assert_frame_equal(b[key], frame, rtol=1e-5, atol=1e-4, check_dtype=False, obj=str(key))


def test_angles_and_flows_fit_where_phases_are_shifted() -> None:
    """PyPSA leaves phase shifts out of ``v_ang``; ours go with the flows."""
    n = kitchen()
    n.transformers.loc["ab", "phase_shift"] = 1.5
    assert fenggu.optimize(n) == ("ok", "optimal")
    for c, shift in ((n.c.lines, 0.0), (n.c.transformers, np.radians(1.5))):
        live = c.static[c.static.active]
        start, end = (n.buses_t.v_ang[live[k]].to_numpy() for k in ("bus0", "bus1"))
        np.testing.assert_allclose(c.dynamic.p0[live.index], (start - end - shift) / live.x_pu_eff.to_numpy(), atol=1e-5)


def extendable() -> "pypsa.Network":
    n = kitchen()
    n.generators.loc["coal", ["p_nom_extendable", "capital_cost", "p_nom"]] = [True, 55.0, 30.0]
    n.lines.loc["ab", ["s_nom_extendable", "capital_cost", "s_nom_min"]] = [True, 3.0, 40.0]
    n.add("GlobalConstraint", "co2", type="primary_energy", carrier_attribute="co2_emissions", sense="<=", constant=15.0)
    return n


@pytest.mark.parametrize("constant", [None, True, False])
def test_capacities_and_the_objectives_constant(constant: bool | None) -> None:
    ours = extendable()
    theirs = solved(ours, include_objective_constant=constant)
    assert fenggu.optimize(ours, include_objective_constant=constant) == ("ok", "optimal")
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-6)
    assert ours.objective_constant == pytest.approx(theirs.objective_constant)
    np.testing.assert_allclose(ours.generators.p_nom_opt, theirs.generators.p_nom_opt, atol=1e-4)
    np.testing.assert_allclose(ours.lines.s_nom_opt, theirs.lines.s_nom_opt, atol=1e-4)
    assert ours.global_constraints.mu["co2"] == pytest.approx(theirs.global_constraints.mu["co2"], rel=1e-5)


def test_side_constraints_stand_for_extra_functionality() -> None:
    """The same three constraints as data and as code."""
    ours = kitchen()

    def extra(n: "pypsa.Network", snapshots: pd.Index) -> None:
        p, s = n.model["Generator-p"], n.model["Transformer-s"]
        n.model.add_constraints(p.loc[:, "coal"].sum() >= 160, name="coal")
        n.model.add_constraints(s.loc[1, "ab"] - 1.05 * p.loc[1, "wind"] <= 0, name="flow")
        n.model.add_constraints(n.model["StorageUnit-p_store"].loc[2, "lake"] == 2, name="pump")

    theirs = solved(ours, extra_functionality=extra)
    data = [
        {"name": "coal", "sense": ">=", "rhs": 160, "terms": [{"table": "generators", "component": "coal", "field": "p_mw"}]},
        {
            "name": "flow",
            "rhs": 0,
            "terms": [
                {"table": "Transformer", "component": "ab", "field": "s", "step": 1},
                {"table": "Generator", "component": "wind", "field": "p", "coefficient": -1.05, "step": 1},
            ],
        },
        {"name": "pump", "sense": "==", "rhs": 2, "terms": [{"table": "StorageUnit", "component": "lake", "field": "p_store", "step": 2}]},
    ]
    outcome = fenggu.optimize(ours, side_constraints=data)
    assert outcome == ("ok", "optimal") and ours.objective == pytest.approx(theirs.objective, rel=1e-7)
    assert ours.objective > solved(kitchen()).objective + 1
    prices = outcome.solution.results["side_constraints"]
    duals = [-float(theirs.model.constraints[name].dual) for name in prices.names]
    assert prices["price"].tolist() == pytest.approx(duals, abs=1e-5)
    with pytest.raises(fenggu.FengguError, match="side_constraints"):
        fenggu.optimize(ours, extra_functionality=extra)
    for wrong in [{"name": "x", "term": []}, {"name": "x", "terms": [{"table": "Generator", "component": "coal", "step": "never"}]}]:
        with pytest.raises(fenggu.FengguError):
            fenggu.optimize(ours, side_constraints=[wrong])
    unknown = [{"name": "x", "terms": [{"table": "Generator", "component": "nobody"}]}]
    with pytest.raises(fenggu.FengguError) as caught:
        fenggu.optimize(ours, side_constraints=unknown)
    assert "nobody" in str(caught.value)


def test_a_window_starts_where_the_one_before_ended() -> None:
    ours = kitchen()
    ours.storage_units.loc["lake", "cyclic_state_of_charge"] = False
    theirs = ours.copy()
    for window in (ours.snapshots[:2], ours.snapshots[2:]):
        assert theirs.optimize(window, log_to_console=False) == ("ok", "optimal")
        assert fenggu.optimize(ours, window) == ("ok", "optimal")
        assert ours.objective == pytest.approx(theirs.objective, rel=1e-6)
        for n in (ours, theirs):
            n.storage_units["state_of_charge_initial"] = n.storage_units_t.state_of_charge.loc[window[-1]]
            n.stores["e_initial"] = n.stores_t.e.loc[window[-1]]
    pd.testing.assert_frame_equal(ours.generators_t.p, theirs.generators_t.p, rtol=1e-5, atol=1e-4, check_dtype=False)
    assert ours.generators_t.p.shape == (4, 5)


def test_an_infeasible_network_stays_as_it_was() -> None:
    n = kitchen()
    n.loads.loc["town", "p_set"] = 5000.0
    before = {k: f.copy() for k, f in filled(n).items()}
    outcome = fenggu.optimize(n)
    assert outcome == ("warning", "infeasible") and outcome.solution.summary["shortfalls"]
    assert filled(n).keys() == before.keys() and not n.is_solved


def test_what_is_refused_is_named() -> None:
    n = kitchen()
    n.generators.loc["coal", "committable"] = True
    with pytest.raises(fenggu.FengguError, match="coal with committable = True.*fenggu commit"):
        fenggu.optimize(n)
    n = kitchen()
    n.set_scenarios({"low": 0.5, "high": 0.5})
    with pytest.raises(fenggu.FengguError, match="scenarios"):
        fenggu.optimize(n)
    n = kitchen()
    n.investment_periods = [2030, 2040]
    with pytest.raises(fenggu.FengguError, match="investment periods"):
        fenggu.optimize(n)
    with pytest.raises(fenggu.FengguError, match="snapshots"):
        fenggu.optimize(kitchen(), [77])


def test_a_network_in_memory_is_the_one_in_the_file(tmp_path: Path) -> None:
    n = extendable()
    n.export_to_csv_folder(tmp_path / "csv")
    one, two = fenggu.from_pypsa(n), fenggu.read(tmp_path / "csv")
    for word, table in one.tables.items():
        assert table.names == two.tables[word].names
        for field in table:
            a, b = table[field], two.tables[word][field]
            if a.dtype == object:
                assert str(a.tolist()) == str(b.tolist()), (word, field)
            else:
                np.testing.assert_array_equal(a, b, err_msg=f"{word} {field}")
    for column in one.time:
        np.testing.assert_array_equal(one.time[column], two.time[column])
