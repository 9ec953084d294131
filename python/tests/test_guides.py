"""The guides: every command and every program on them is run as written, and what they show is what comes out.

Blocks of a guide share one folder, a copy of nothing but ``cases``. ``sh`` blocks are run line by line in a shell, ``python``
blocks are programs; the ``text`` block after one is its output, where "…" stands for anything within a line and a line "…" for
any lines.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

GUIDES = ["guide-matpower.md", "guide-pypsa.md", "guide-matpower.zh.md", "guide-pypsa.zh.md"]


def blocks(text: str) -> list[tuple[str, str]]:
    """Language and content of every fenced block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def fits(shown: str, told: str) -> bool:
    """Whether output is what a guide shows."""
    pattern = ""
    for line in shown.strip().splitlines():
        words = r"[^\n]*".join(re.escape(part) for part in line.rstrip().split("…"))
        pattern += r"(?:[^\n]*\n)*?" if line.strip() == "…" else words + r"[^\S\n]*\n"
    return re.fullmatch(pattern, told.strip() + "\n") is not None


def environment(python: Path) -> dict[str, str]:
    """The command and the interpreter first on the path; English, whatever the machine speaks; no network."""
    command = ROOT / "target" / "debug"
    path = os.pathsep.join([str(command), str(python.parent), os.environ["PATH"]])
    links = f"{ROOT / 'target' / 'wheels'} {ROOT / '.venv' / 'wheels'}"
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": links, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**os.environ, **pip, "PATH": path, "LC_ALL": "C.UTF-8", "PYTHONWARNINGS": "ignore"}


def run_guide(guide: Path, folder: Path, python: Path) -> int:
    """Runs a guide in a folder; returns how many blocks ran."""
    ran, told = 0, None
    for language, content in blocks(guide.read_text(encoding="utf-8")):
        if language == "text":
            assert told is not None and fits(content, told), f"{guide.name} shows:\n{content}\nand what came out is:\n{told}"
            told = None
        if language not in ("sh", "python"):
            continue
        command = ["sh", "-ec", content] if language == "sh" else [str(python), "-c", content]
        done = subprocess.run(command, cwd=folder, env=environment(python), capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{guide.name}:\n{content}\n{done.stdout}\n{done.stderr}"
        told, ran = done.stdout, ran + 1
    return ran


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_runs_as_written(name: str, tmp_path: Path) -> None:
    guide = ROOT / "docs" / name
    if not guide.exists():
        pytest.skip(f"skipped: no docs/{name}")
    if not (ROOT / "target" / "debug" / "fenggu").exists():
        pytest.skip("skipped: the command is not built (cargo build -p fenggu-cli)")
    if "pypsa" in name:
        pytest.importorskip("pypsa", reason="skipped: no PyPSA")
    shutil.copytree(ROOT / "cases", tmp_path / "cases")
    assert run_guide(guide, tmp_path, Path(sys.executable)) >= 4


def test_what_a_guide_shows_is_compared() -> None:
    assert fits("a … c\n…\nend\n", "a b c\nx\ny\nend\n") and fits("a\n…\nend", "a\nend")
    assert not fits("a … c", "a b d") and not fits("a\nend", "a\nx\nend")


def test_the_wheel_in_an_empty_environment(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """pip install of the built wheel and its one dependency, without the network, then the ten lines of the guide."""
    wheels, numpy = sorted((ROOT / "target" / "wheels").glob("fenggu-*.whl")), sorted((ROOT / ".venv" / "wheels").glob("numpy-*.whl"))
    if not wheels or not numpy:
        pytest.skip("skipped: no wheel in target/wheels, or numpy's not in .venv/wheels (scripts/setup-tests.sh)")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "empty")], check=True)
    python = tmp_path / "empty" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    told = subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheels[0])], env=environment(python), capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    listed = subprocess.run([python, "-m", "pip", "list", "--format=freeze"], env=environment(python), capture_output=True, text=True)
    names = {line.split("==")[0] for line in listed.stdout.split()}
    assert names - {"pip", "setuptools", "wheel"} == {"fenggu", "numpy"}
    guide = blocks((ROOT / "docs" / "guide-matpower.md").read_text(encoding="utf-8"))
    at = next(k for k, (language, content) in enumerate(guide) if language == "python")
    program, shown = guide[at][1], guide[at + 1][1]
    assert len(program.strip().splitlines()) <= 10
    done = subprocess.run([python, "-c", program], cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""})
    assert done.returncode == 0, done.stderr
    assert fits(shown, done.stdout)
