"""What the buttons about Romantik do, BPS's own application."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportCase:
    application_id: int


@dataclass(frozen=True, slots=True)
class RecordNumber:
    """Asks for the number that the case has there."""

    application_id: int
