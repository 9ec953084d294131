#!/usr/bin/env python3
"""The peer that PyPSA's users have: PyPSA, linopy and HiGHS on a netCDF file or a CSV folder.

    peer_pypsa.py NETWORK [--io-api lp|direct] [--horizon N --overlap N]

Calls `n.optimize()` as a user would, and tells its time apart by phases: `import` (Python modules), `read` (file to network), `build`
(consistency check and linopy model), `write` (model to solver: an LP file by default, written and read again), `solve` (inside HiGHS), `assign` (solution
and duals back into the network's frames). Nothing is left out: the phases after `import` add up to the time from file to results. One
thread for HiGHS, no log on the console, and no constant for capacity that exists already (`include_objective_constant=False`), as
in the shared cases. Prints one JSON object.
"""

import time

clock = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import warnings  # noqa: E402

warnings.filterwarnings("ignore")

import highspy  # noqa: E402
import linopy  # noqa: E402
import pypsa  # noqa: E402
from pypsa.optimization.optimize import OptimizationAccessor  # noqa: E402

IMPORT = time.perf_counter() - clock
spent = {"build": 0.0, "model_solve": 0.0, "solve": 0.0, "result": 0.0}
size = [0, 0, 0]
iterations = 0


def timed(owner, name, phase, after=None):
    """Adds the time of every call of a method to a phase."""
    plain = getattr(owner, name)

    def wrapped(self, *args, **kwargs):
        start = time.perf_counter()
        try:
            return plain(self, *args, **kwargs)
        finally:
            spent[phase] += time.perf_counter() - start
            if after:
                after(self)

    setattr(owner, name, wrapped)


def note(h):
    """Size of the largest problem, iterations of all."""
    global iterations
    info = h.getInfo()
    iterations += int(info.simplex_iteration_count + info.ipm_iteration_count + info.qp_iteration_count)
    if h.getNumNz() > size[2]:
        size[:] = [h.getNumRow(), h.getNumCol(), h.getNumNz()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network")
    parser.add_argument("--io-api", default="lp", choices=["lp", "direct"])
    parser.add_argument("--horizon", type=int, default=0)
    parser.add_argument("--overlap", type=int, default=0)
    parser.add_argument("--solver", default="", help="HiGHS's `solver`: simplex, ipm, ipx, hipo")
    a = parser.parse_args()
    logging.disable(logging.WARNING)
    timed(OptimizationAccessor, "create_model", "build")
    timed(linopy.Model, "solve", "model_solve")
    timed(linopy.Model, "assign_result", "result")
    timed(highspy.Highs, "run", "solve", note)

    start = time.perf_counter()
    n = pypsa.Network(a.network)
    read = time.perf_counter() - start
    options = {"threads": 1, **({"solver": a.solver} if a.solver else {})}
    args = {"solver_name": "highs", "solver_options": options, "log_to_console": False, "io_api": a.io_api,
            "include_objective_constant": False}
    start = time.perf_counter()
    if a.horizon:
        n.optimize.optimize_with_rolling_horizon(horizon=a.horizon, overlap=a.overlap, **args)
        status = "optimal"
        # The sum of what stands: operating cost of the frames that were left, as the shared cases count it.
        objective = float(n.statistics.opex().sum())
    else:
        _, status = n.optimize(**args)
        objective = float(n.objective)
    optimize = time.perf_counter() - start
    build, solve, result = spent["build"], spent["solve"], spent["result"]
    write = spent["model_solve"] - solve - result
    # What is left of the call stands after the solve (frames, duals, post-processing) or before the model (the consistency check).
    assign = optimize - build - spent["model_solve"] + result
    seconds = {"import": IMPORT, "read": read, "build": build, "write": write, "solve": solve, "assign": assign, "total": read + optimize,
               "outside": read + optimize - solve}
    print(json.dumps({
        "tool": "pypsa", "version": highspy.Highs().version(), "versions": {"pypsa": pypsa.__version__, "linopy": linopy.__version__},
        "solver": f"PyPSA {pypsa.__version__}, linopy {linopy.__version__}, HiGHS {highspy.Highs().version()}",
        "case": os.path.basename(a.network), "status": status, "objective": objective, "iterations": iterations,
        "rows": size[0], "columns": size[1], "nonzeros": size[2], "seconds": {k: round(v, 6) for k, v in seconds.items()},
    }))


if __name__ == "__main__":
    main()
