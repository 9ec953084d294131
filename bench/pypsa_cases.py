"""fenggu beside PyPSA: cases, turns, ratios. Called by `run.py --pypsa`.

Cases: `NAME:nc` and `NAME:csv` of the shared PyPSA cases, `scigrid:HOURS`, `onenode:STEPS`, or a path. PyPSA runs in the Python of
FENGGU_PYPSA_PYTHON, else .venv. Per case and tool a process of its own, in turns.

- `outside`: from file to results without the solver. PyPSA: read + build + write + assign, without importing modules. fenggu: the whole
  process less the solver, so that start, check, prices and referee count against it.
- `total`: from file to results. PyPSA without imports; fenggu the whole process.
- `wall`: both whole processes, as a user waits. `cpu`: processor seconds of both, which other work on the machine disturbs least.
- `report`: what the run folder adds to fenggu, measured in a run of its own where there is more than one; PyPSA writes nothing.
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

import run

SHARED = ["c02_storage_hvdc", "c03_scigrid24", "c15_setpoints_budgets", "c23_pst", "c27_rolling", "c29_qp"]
LARGER = ["scigrid:168", "onenode:2920", "onenode:8760"]
QUICK = ["c03_scigrid24:nc", "c03_scigrid24:csv", "onenode:2920"]


def python():
    """A Python that has PyPSA."""
    named = os.environ.get("FENGGU_PYPSA_PYTHON")
    for path in [named] if named else [os.path.join(run.ROOT, ".venv/bin/python"), sys.executable]:
        if path and os.path.exists(path) and subprocess.run([path, "-c", "import pypsa, highspy"], capture_output=True).returncode == 0:
            return path
    sys.exit("bench: no Python with pypsa and highspy; set FENGGU_PYPSA_PYTHON or install them into .venv")


def shared():
    """The folder of shared cases, found upwards from the repository."""
    for up in ("..", "../.."):
        folder = os.path.join(run.ROOT, up, "shared/pypsa-cases")
        if os.path.isdir(folder):
            return os.path.normpath(folder)
    return None


def place(name, peer, scratch):
    """Path of a case and its expected.json's content, if it has one; made on the spot where it is a larger network."""
    kind, _, size = name.partition(":")
    script = os.path.join(run.BENCH, "pypsa_networks.py")
    if os.path.exists(name):
        return name, {}
    if kind in ("scigrid", "onenode"):
        out = os.path.join(scratch, f"{kind}-{size}.nc")
        source = [os.path.join(shared() or sys.exit("bench: no ../shared/pypsa-cases"), "c03_scigrid24/net.nc")] if kind == "scigrid" else []
        subprocess.run([peer, script, kind, size, *source, out], check=True, capture_output=True)
        return out, {}
    folder = os.path.join(shared() or sys.exit("bench: no ../shared/pypsa-cases"), kind)
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as f:
        expected = json.load(f)
    return os.path.join(folder, "csv" if size == "csv" else "net.nc"), expected


def fenggu(options, path, extra, folder=None):
    """One dispatch; `outside`, `total` added."""
    sets = [x for s in [*options.set, *extra] for x in ("--set", s)]
    answer = run.measure([options.fenggu, "dispatch", path, "--json", *(["-o", folder] if folder else []), *sets], options.timeout)
    s = answer["seconds"]
    s["total"], s["outside"] = s["wall"], s["wall"] - s["solve"]
    return answer


def one_case(name, options, peer, scratch):
    """Both tools in turns; the two summaries, or fenggu's alone and why."""
    path, expected = place(name, peer, scratch)
    rolling = expected.get("kwargs", {}) if expected.get("mode") == "rolling" else {}
    extra = [f"horizon_steps={rolling['horizon']}", f"overlap_steps={rolling['overlap']}"] if rolling else []
    command = [peer, os.path.join(run.BENCH, "peer_pypsa.py"), path, "--io-api", options.io_api]
    command += ["--horizon", str(rolling["horizon"]), "--overlap", str(rolling["overlap"])] if rolling else []
    ours, peers, why = [], [], None
    for _ in range(options.repeat):
        ours.append(fenggu(options, path, extra))
        if why is None:
            try:
                peers.append(run.measure(command, options.timeout))
            except RuntimeError as e:
                why = str(e)
    report = None
    if options.repeat > 1:
        folder = tempfile.mkdtemp(prefix="fenggu-bench-")
        try:
            report = fenggu(options, path, extra, folder)["seconds"]["report"]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    lines = [run.summary(name, "fenggu", ours)]
    lines[0]["seconds"]["report"] = report
    lines[0]["referee"] = ours[-1]["referee"]
    if peers:
        lines.append(run.summary(name, "pypsa", peers))
        lines[1]["io_api"] = options.io_api
    if expected.get("objective") is not None:
        lines[0]["expected"] = expected["objective"]
    if why:
        print(f"  PyPSA on {name}: {why}", file=sys.stderr)
    return lines


def row(ours, peer):
    """One line of the table, as Markdown."""
    a, b = ours["seconds"], peer["seconds"]
    times = lambda phase: f"{a[phase]:.3f} | {b[phase]:.2f} | {b[phase] / a[phase]:.1f}"
    x, y = ours["objective"], peer["objective"]
    same = "same" if x is not None and abs(x - y) <= 1e-6 * max(1.0, abs(y)) else f"{x} / {y}"
    return (f"| {ours['case']} | {peer['problem'][2]:,} | {times('outside')} | {times('solve')} | {times('total')} | "
            f"{b['wall'] / a['wall']:.1f} | {b['cpu'] / a['cpu']:.1f} | {peer['peak_mb'] / ours['peak_mb']:.1f} | "
            f"{'–' if a['report'] is None else format(a['report'], '.3f')} | {same} |")


HEAD = ("| case | nonzeros | outside s | PyPSA | times faster | solve s | PyPSA | times faster | total s | PyPSA | times faster | wall | cpu "
        "| memory | report s | objective |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|")


def main(options, head, out):
    """Runs the cases; 1 when an objective differs."""
    peer = python()
    names = options.case or (QUICK if options.quick else [f"{n}:{f}" for n in SHARED for f in ("nc", "csv")] + LARGER)
    print(HEAD)
    wrong = 0
    with open(out, "w", encoding="utf-8") as f, tempfile.TemporaryDirectory(prefix="fenggu-bench-") as scratch:
        f.write(json.dumps(head) + "\n")
        for name in names:
            lines = one_case(name, options, peer, scratch)
            f.writelines(json.dumps(line) + "\n" for line in lines)
            f.flush()
            if len(lines) == 2:
                text = row(*lines)
                wrong += not text.endswith("same |")
                print(text, flush=True)
            else:
                print(f"| {name} | " + ", ".join(f"{p} {v:.3f}" for p, v in lines[0]["seconds"].items()) + " | no PyPSA |", flush=True)
            for made in glob.glob(os.path.join(scratch, "*.nc")):
                os.remove(made)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end, {head['machine']['load']:.1f} at the start; written: {os.path.relpath(out, run.ROOT)}")
    return int(wrong > 0)
