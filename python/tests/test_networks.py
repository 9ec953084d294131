"""Columns in and out."""

from pathlib import Path

import numpy as np
import pytest

import fenggu


def net() -> fenggu.Network:
    n = fenggu.Network("small", steps=4, duration_h=0.5)
    n.add("buses", ["north", "south"])
    n.add("branches", "line", bus_from="north", bus_to="south", x_pu=0.1, rating_a_mva=1000)
    n.add("generators", ["wind", "coal"], bus=["north", "south"], p_max_mw=[100, 200])
    n.add("loads", "city", bus="south", p_mw=[10, 20, 30, 40])
    return n


def test_columns_have_the_kind_of_their_field() -> None:
    g = net().tables["generators"]
    assert g.names == ["wind", "coal"] and len(g) == 2
    assert g["bus"].tolist() == ["north", "south"] and g["carrier"].tolist() == [None, None]
    assert g["p_max_mw"].tolist() == [100, 200] and np.isnan(g["p_nom_mw"]).all()
    assert g["in_service"].dtype == bool and g["in_service"].all()
    assert g.series("p_max_mw").shape == (2, 4)
    assert net().tables["loads"]["p_mw"].tolist() == [[10, 20, 30, 40]]


def test_a_column_is_set_whole_or_by_name() -> None:
    n = net()
    g = n.tables["generators"]
    g["p_max_mw"] = [1, 2]
    g.set("p_max_mw", [1, 2, 3, 4], names="wind")
    assert g["p_max_mw"].tolist() == [[1, 2, 3, 4], [2, 2, 2, 2]]
    g["p_max_mw"] = np.arange(8.0).reshape(2, 4)
    assert g["p_max_mw"][1].tolist() == [4, 5, 6, 7]
    g["p_max_mw"] = None
    assert np.isnan(g["p_max_mw"]).all()
    g["in_service"] = [True, False]
    g.set("bus", "north", names=["coal"])
    assert g["bus"].tolist() == ["north", "north"]
    g["cost_points"] = [[(0, 0), (10, 100)], []]
    assert g["cost_points"][0].tolist() == [[0, 0], [10, 100]] and g["cost_points"][1].shape == (0, 2)


@pytest.mark.parametrize(
    "field, values, why",
    [
        ("p_max_mw", [1, 2, 3], "2"),
        ("p_max_mw", np.ones((2, 3)), "2 × 4"),
        ("p_max_mw", "much", "numbers"),
        ("bus", ["north", "west"], "west"),
        ("bus", None, "must name"),
        ("ramp_unit", "per_year", "one of"),
        ("in_service", "maybe", "True or False"),
        ("capital_cost_per_mw", float("nan"), "N0101"),
        ("p_min_pu", [float("inf"), 0], "N0101"),
    ],
)
def test_what_does_not_fit_changes_nothing(field: str, values: object, why: str) -> None:
    n = net()
    g = n.tables["generators"]
    before = g[field].tolist()
    with pytest.raises(fenggu.FengguError, match=why):
        g[field] = values
    assert str(g[field].tolist()) == str(before)


def test_adding_what_does_not_fit_adds_nothing() -> None:
    n = net()
    with pytest.raises(fenggu.FengguError):
        n.add("generators", "gas", bus="west")
    with pytest.raises(KeyError, match="no field"):
        n.add("generators", "gas", colour="red")
    assert n.tables["generators"].names == ["wind", "coal"]


def test_unknown_words_are_told_the_known_ones() -> None:
    n = net()
    with pytest.raises(KeyError, match="generators"):
        n.tables["generator"]
    with pytest.raises(KeyError, match="p_max_mw"):
        n.tables["generators"]["p_max"]
    with pytest.raises(fenggu.FengguError, match="gas"):
        n.tables["generators"].set("p_max_mw", 1, names="gas")
    with pytest.raises(KeyError, match="results"):
        fenggu.dispatch(n).results["generators"]["p"]


def test_a_copy_and_a_solution_keep_their_own_numbers() -> None:
    n = net()
    copy, solution = n.copy(), fenggu.dispatch(n)
    n.tables["loads"]["p_mw"] = 1
    assert copy.tables["loads"]["p_mw"].shape == (1, 4)
    assert solution.network.tables["loads"]["p_mw"].shape == (1, 4)
    assert n.tables["loads"]["p_mw"].tolist() == [1]


def test_time_and_frames() -> None:
    n = net()
    assert n.time["duration_h"].tolist() == [0.5] * 4 and n.time.starts is None
    n.time["start_utc_s"] = np.arange("2026-01-01T00:00", "2026-01-01T02:00", np.timedelta64(30, "m"), "datetime64[s]").astype(int)
    n.time["weight_objective"] = [1, 2, 1, 1]
    n.time.zone = "Asia/Shanghai"
    assert n.time.starts is not None and n.time.starts[1] == np.datetime64("2026-01-01T00:30")
    n.tables["generators"]["cost_linear_per_mwh"] = [1, 10]
    solution = fenggu.dispatch(n)
    # 0.5 h · (10 + 2·20 + 30 + 40) MW at 1 per MWh.
    assert solution.objective == pytest.approx(60)
    frame = solution.results["generators"].frame("p_mw")
    assert frame.columns.tolist() == ["wind", "coal"] and frame["wind"].tolist() == pytest.approx([10, 20, 30, 40])
    assert str(frame.index[1]) == "2026-01-01 00:30:00"
    n.time["weight_objective"] = [1, 2]
    assert "weight_objective" in str([d.values for d in fenggu.check(n)])


def test_one_step_becomes_a_day(three_bus: Path) -> None:
    n = fenggu.read(three_bus)
    n.time.uniform(24)
    assert n.steps == 24 and not fenggu.check(n)
    n.tables["loads"]["p_mw"] = np.linspace(60, 150, 24)[None, :]
    solution = fenggu.dispatch(n)
    assert solution.results["buses"]["price_per_mwh"][:, [0, -1]] == pytest.approx(np.array([[10, 10], [10, 30], [10, 50]]))
    n.time.uniform(12)
    assert {d.code for d in fenggu.check(n)} == {"N0105"}


def test_side_constraints_are_data() -> None:
    n = net()
    n.tables["generators"]["cost_linear_per_mwh"] = [1, 10]
    n.add("side_constraints", "cap", sense="<=", rhs=60)
    n.add("side_terms", "cap wind", constraint="cap", table="generators", component="wind", field="p_mw")
    solution = fenggu.dispatch(n)
    assert solution.results["generators"]["p_mw"][0].sum() == pytest.approx(60)
    assert solution.results["side_constraints"]["activity"].tolist() == pytest.approx([60])
    # One more MW of wind in a half-hour saves 9 per MWh.
    assert solution.results["side_constraints"]["price"].tolist() == pytest.approx([4.5])


@pytest.mark.parametrize("steps, hours", [(0, 1), (1, 0), (1, float("nan")), (10**12, 1)])
def test_a_network_of_no_steps_is_refused(steps: int, hours: float) -> None:
    with pytest.raises(fenggu.FengguError):
        fenggu.Network(steps=steps, duration_h=hours)
