"""Reads the tables of a MATPOWER case. Independent of fenggu's reader, and as quick as plain Python allows.

Only numeric tables are read: PGLib-OPF files have nothing else. A file with statements after its tables is refused, since
ignoring them may change loads a thousandfold.
"""

import re

import numpy as np

TABLE = re.compile(r"mpc\.(\w+)\s*=\s*\[(.*?)\]\s*;", re.S)
SCALAR = re.compile(r"mpc\.(\w+)\s*=\s*([-+0-9.eE]+)\s*;")
STATEMENT = re.compile(r"^\s*(?!mpc\.\w+\s*=\s*[\[{'\"0-9.+-])(?!function\b)(?!end\b)\w[\w.]*\s*(\(.*?\))?\s*=", re.M)


def table(body):
    """The rows between the brackets, as an array; rows end with `;` or a line."""
    rows = [line.split() for part in body.split("\n") for line in part.replace(",", " ").split(";") if line.strip()]
    if not rows:
        return np.zeros((0, 0))
    width = max(map(len, rows))
    out = np.zeros((len(rows), width))
    for i, row in enumerate(rows):
        out[i, : len(row)] = [float(x) for x in row]
    return out


def read(path):
    """Base power and the tables bus, gen, branch, gencost.

    Raises ValueError on a file with statements that this reader does not evaluate.
    """
    with open(path, encoding="utf-8", errors="replace") as f:
        text = "\n".join(line.split("%", 1)[0] for line in f)
    statement = STATEMENT.search(TABLE.sub("", text))
    if statement:
        raise ValueError(f"{path}: statement not evaluated: {statement.group(0).strip()}")
    wanted = {"bus", "gen", "branch", "gencost", "dcline"}
    out = {name: table(body) for name, body in TABLE.findall(text) if name in wanted}
    out.update((name, float(value)) for name, value in SCALAR.findall(text) if name == "baseMVA")
    if out.get("dcline", np.zeros((0, 0))).size:
        raise ValueError(f"{path}: DC lines are not built by this peer")
    return out
