"""What the buttons about Romantik do, BPS's own application."""

from __future__ import annotations

from domain.frozen import frozen


@frozen
class ExportCase:
    application_id: int


@frozen
class RecordNumber:
    """Asks for the number that the case has there."""

    application_id: int
