"""Where Debian keeps pdf.js, the PDF viewer of Firefox (package libjs-pdf)."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path("/usr/share/javascript/pdf")


def find() -> Path | None:
    """Its folder; None where it is not installed."""
    return FOLDER if (FOLDER / "web" / "viewer.html").exists() else None
