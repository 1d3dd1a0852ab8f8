"""A database as the first start makes it. Made once: its migrations take longer than many a test."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage import migrate
from storage.unit import Units


def lay(file: Path) -> None:
    """Puts one there, unless there is one."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "pst.db"
        units = Units(f"sqlite+aiosqlite:///{file}")
        migrate.upgrade(units.engine)
        units.dispose()
        assert list(Path(folder).iterdir()) == [file], "the last connection leaves nothing beside the file"
        return file.read_bytes()
