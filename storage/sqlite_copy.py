"""A copy of a SQLite database at one moment, while others write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from storage.installation import KEY


def sqlite_file(url: str) -> Path | None:
    """Where the database of this address lies; `None` for another kind of database, and for no address."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def copy_online(source: Path, copied: Path) -> None:
    """In one step, so that no writer makes it begin again. Raises `sqlite3.DatabaseError`."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live, closing(sqlite3.connect(copied)) as copy:
        live.backup(copy)


def is_sound(database: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def key_fingerprint(database: Path) -> str:
    """Of the key that its content is sealed with; empty before the first start."""
    with closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT value FROM installation WHERE name = ?", (KEY,)).fetchone()
    return str(row[0]) if row else ""
