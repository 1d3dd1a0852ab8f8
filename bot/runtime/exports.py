"""Files that an operator asks for on the server."""

from __future__ import annotations

from bot.runtime.process import Process
from bot.service.register import export


def register_file(process: Process, year: int | None) -> tuple[bytes, int]:
    """The register of letters as an Excel file, and how many letters stand in it."""
    from letters.register_workbook import render  # imports XlsxWriter

    rows = process.units.write_now(lambda session: export(session, year))
    return render(rows), len(rows)
