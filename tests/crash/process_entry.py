"""Starts the program of `killed_process.py`, which takes seconds to import; a test that only starts it need not."""

from __future__ import annotations

from pathlib import Path


def run_program() -> None:
    from tests.crash import killed_process

    killed_process.run_program(Path.cwd())
