"""Starts the program of `killed_process.py`, which takes seconds to import; a test that only starts it need not."""

from __future__ import annotations

from pathlib import Path

#: in the folder of a process: the point at which it is to kill itself
KILL_POINT = "kill_point"


def set_kill_point(folder: Path, point: str) -> None:
    """The process never sees a part of it."""
    new = folder / f"{KILL_POINT}.new"
    new.write_text(point, encoding="utf-8")
    new.rename(folder / KILL_POINT)


def run_program() -> None:
    from tests.crash import killed_process

    killed_process.run_program(Path.cwd())
