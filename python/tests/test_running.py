"""Progress, Ctrl-C and the interpreter's lock."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import large

import fenggu

LONG = {"backend": "highs", "time_limit_s": 120}


def test_progress_is_told_and_may_stop_the_run() -> None:
    net, seen = large(), []

    def enough(p: fenggu.Progress) -> None:
        seen.append((p.iterations, p.seconds))
        if len(seen) == 3:
            raise LookupError("enough")

    start = time.monotonic()
    with pytest.raises(LookupError, match="enough"):
        fenggu.dispatch(net, progress=enough, **LONG)
    assert len(seen) == 3 and seen[0][1] <= seen[2][1]
    assert time.monotonic() - start < 60


def test_other_threads_run_while_the_solver_does() -> None:
    net, ticks, done = large(20, 400), 0, threading.Event()

    def count() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    start = time.monotonic()
    assert fenggu.dispatch(net).status == "ok"
    seconds = time.monotonic() - start
    done.set()
    counter.join()
    # On an idle machine close to 900 a second; a lock held while solving would leave a few in all.
    assert ticks > 30 * seconds


def test_two_dispatches_at_once_give_what_one_gives() -> None:
    net, answers = large(10, 100), []
    threads = [threading.Thread(target=lambda: answers.append(fenggu.dispatch(net).objective)) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(answers) == 3 and max(answers) - min(answers) <= 1e-9 * abs(answers[0])


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_stops_the_solver() -> None:
    program = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from conftest import large
import fenggu
net = large(100, 600)
try:
    fenggu.dispatch(net, progress=lambda p: print("going", flush=True), **{LONG!r})
    print("solved")
except KeyboardInterrupt:
    print("interrupted")
print("usable", fenggu.dispatch(large(3, 3)).status)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None and child.stdout.readline() == "going\n"
        child.send_signal(signal.SIGINT)
        start = time.monotonic()
        rest, _ = child.communicate(timeout=60)
    finally:
        child.kill()
    lines = [line for line in rest.splitlines() if line != "going"]
    assert lines == ["interrupted", "usable ok"]
    assert time.monotonic() - start < 30
