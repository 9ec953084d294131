"""The one exception."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._engine import Diagnostic


class FengguError(Exception):
    """What kept a verb from running: data with errors, an option out of range, a file.

    ``diagnostics`` holds every finding about the data, warnings too; it is empty when the data is not to blame.
    """

    diagnostics: list[Diagnostic]

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = list(diagnostics)
