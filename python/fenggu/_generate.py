"""Writes ``_options.py`` from the engine's table of options: ``python -m fenggu._generate > python/fenggu/_options.py``."""

from __future__ import annotations

from . import _engine

_HEAD = '''"""Options of a dispatch for type checkers. Written by ``python -m fenggu._generate``; do not edit."""

from __future__ import annotations

from typing import TypedDict


class DispatchOptions(TypedDict, total=False):
    """Keywords of :func:`fenggu.dispatch` and :func:`fenggu.optimize`."""

'''


def options() -> str:
    """The text of ``_options.py``."""
    text = _HEAD
    for name, rule, help_, default in _engine.options():
        text += f"    {name}: str | float | None\n"
        text += f'    """{help_} Allowed: {rule}. Default: {default}."""\n'
    return text


if __name__ == "__main__":
    print(options(), end="")
