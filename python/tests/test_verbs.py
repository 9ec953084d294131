"""read, check, dispatch, convert, write, explain."""

import gc
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

import fenggu
from fenggu import _engine


def test_the_three_buses_cost_what_the_hand_says(three_bus: Path) -> None:
    net = fenggu.read(three_bus)
    assert (net.name, net.steps, net.flow_convention) == ("three_bus", 1, "matpower")
    assert not [f for f in fenggu.check(net) if f.severity == "error"]
    solution = fenggu.dispatch(net)
    assert solution.status == "ok" and solution.objective == pytest.approx(2700, rel=1e-6)
    results = solution.results
    assert results["buses"]["price_per_mwh"] == pytest.approx(np.array([[10], [30], [50]]), abs=1e-4)
    assert results["generators"]["p_mw"] == pytest.approx(np.array([[90], [60]]), abs=1e-4)
    full = int(np.argmax(np.abs(results["branches"]["limit_price_per_mwh"])))
    assert results["branches"]["limit_price_per_mwh"][full, 0] == pytest.approx(60, abs=1e-4)
    assert solution.binding[0]["name"] == results["branches"].names[full]
    assert solution.certificate["passed"] and solution.summary["gap"] < 1e-6


def test_a_path_will_do(three_bus: Path) -> None:
    assert fenggu.dispatch(str(three_bus)).objective == pytest.approx(2700)


def test_results_are_views_that_nobody_can_write(three_bus: Path) -> None:
    solution = fenggu.dispatch(three_bus)
    price = solution.results["buses"]["price_per_mwh"]
    assert price.base is not None and not price.flags.owndata and not price.flags.writeable
    assert np.shares_memory(price, solution.results["buses"]["price_per_mwh"])
    with pytest.raises(ValueError):
        price[0, 0] = 1.0
    with pytest.raises(ValueError):
        price.flags.writeable = True
    before = price.copy()
    del solution
    gc.collect()
    assert [bytearray(1 << 20) for _ in range(20)] and np.array_equal(price, before)


def test_a_file_with_faults_tells_them_all() -> None:
    broken = ROOT / "crates/fenggu-io/tests/malformed/03_two_bad_cells.m"
    with pytest.raises(fenggu.FengguError) as caught:
        fenggu.read(broken)
    errors = [d for d in caught.value.diagnostics if d.severity == "error"]
    assert len(errors) >= 2 and all(d.code in str(caught.value) for d in errors)
    file, line, column = errors[0].place
    assert file.endswith(broken.name) and line > 1 and column > 1
    assert errors[0].message and errors[0].message_zh != errors[0].message and errors[0].fix
    assert "^" in str(errors[0]) and errors[0].code in errors[0].render("zh")
    assert [d.code for d in fenggu.check(broken)] == [d.code for d in caught.value.diagnostics]
    assert errors[0].code in fenggu.explain(errors[0].code)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(fenggu.FengguError, match="F0001"):
        fenggu.read("nowhere.m")
    assert [d.code for d in fenggu.check("nowhere.m")] == ["F0001"]


def test_data_with_errors_is_not_solved() -> None:
    net = fenggu.Network()
    net.add("buses", ["a", "a"])
    with pytest.raises(fenggu.FengguError) as caught:
        fenggu.dispatch(net)
    assert "N0104" in [d.code for d in caught.value.diagnostics]
    assert "N0104" in [d.code for d in fenggu.check(net)]


def test_infeasible_is_a_status_with_the_shortfall(three_bus: Path) -> None:
    net = fenggu.read(three_bus)
    net.tables["loads"]["p_mw"] = 450
    solution = fenggu.dispatch(net)
    assert solution.status == "infeasible" and np.isnan(solution.objective)
    missing = solution.summary["shortfalls"]
    # 400 MW of generators for 450 MW of load, and a line in the way: at least 50 MW are missing.
    assert sum(s["missing_mw"] for s in missing) >= 50 - 1e-6


def test_every_option_is_a_keyword(three_bus: Path) -> None:
    options = {name: default for name, _, _, default in _engine.options()}
    assert {"flow", "backend", "time_limit_s", "threads", "tolerance"} <= set(options)
    assert fenggu.dispatch(three_bus, **options).objective == pytest.approx(2700)
    assert fenggu.dispatch(three_bus, flow="angle", time_limit_s=None, tolerance=1e-8, threads=1).status == "ok"
    for name in options:
        with pytest.raises(fenggu.FengguError, match=name):
            fenggu.dispatch(three_bus, **{name: "nonsense"})
    with pytest.raises(fenggu.FengguError, match="one of .*tolerance"):
        fenggu.dispatch(three_bus, gap=1e-3)


def test_convert_there_and_back(three_bus: Path, tmp_path: Path) -> None:
    assert not [d for d in fenggu.convert(three_bus, tmp_path / "own") if d.severity == "error"]
    fenggu.convert(tmp_path / "own", tmp_path / "again.m", "matpower", source_format="native")
    one, two = fenggu.read(three_bus), fenggu.read(tmp_path / "again.m")
    for word, table in one.tables.items():
        assert table.names == two.tables[word].names
        for field in table:
            a, b = table[field], two.tables[word][field]
            same = all(np.array_equal(x, y) for x, y in zip(a, b)) if table.fields[field].kind == "pairs" else np.array_equal(
                a, b, equal_nan=a.dtype == float
            )
            assert same, (word, field)
    with pytest.raises(fenggu.FengguError, match="ending"):
        fenggu.write(one, tmp_path / "file.xyz")
    with pytest.raises(fenggu.FengguError, match="formats"):
        fenggu.write(one, tmp_path / "file.m", "nonsense")


def test_what_a_format_cannot_hold_is_told(tmp_path: Path) -> None:
    net = fenggu.Network("hours", steps=3)
    net.add("buses", "a")
    net.add("generators", "g", bus="a", p_max_mw=[1.0, 2.0, 3.0])
    lost = fenggu.write(net, tmp_path / "lossy.m")
    assert lost and all(d.message and d.message_zh for d in lost)


def test_rooms_and_codes_are_explained() -> None:
    assert "soc[s,t]" in fenggu.explain("storage/soc_balance")
    assert "N0101" in fenggu.explain("n0101") and fenggu.explain("N0101", "zh") != fenggu.explain("N0101")
    with pytest.raises(fenggu.FengguError):
        fenggu.explain("nonsense")


def test_a_report_is_written(three_bus: Path, tmp_path: Path) -> None:
    fenggu.dispatch(three_bus).write_report(tmp_path / "run", lang="zh")
    assert (tmp_path / "run" / "report.html").stat().st_size > 10_000
    assert (tmp_path / "run" / "STATUS").read_text().strip() == "ok"


def test_memory_for_reading_is_limited(three_bus: Path, tmp_path: Path) -> None:
    """A file that is larger than allowed, or claims to be, is refused before it is read, by every function that reads."""
    for few in (1000, "1KB"):
        assert [d.code for d in fenggu.check(three_bus, max_memory=few)] == ["F0007"]
        for call in (fenggu.read, fenggu.dispatch):
            with pytest.raises(fenggu.FengguError) as caught:
                call(three_bus, max_memory=few)
            assert caught.value.diagnostics[0].code == "F0007"
        with pytest.raises(fenggu.FengguError):
            fenggu.convert(three_bus, tmp_path / "out", max_memory=few)
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "network.toml").write_text("format = 1\n[time]\nsteps = 9000000\nstep_h = 1.0\n", encoding="utf-8")
    (folder / "buses.csv").write_text("name\na\n", encoding="utf-8")
    assert "F0418" in [d.code for d in fenggu.check(folder, max_memory="20MB")]
    assert fenggu.dispatch(three_bus, max_memory="1GB").status == "ok"
    with pytest.raises(fenggu.FengguError, match="max_memory"):
        fenggu.read(three_bus, max_memory="much")
