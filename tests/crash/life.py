"""Where a life begins; `fate.py` loads what takes seconds, and a test that only starts lives should not."""

from __future__ import annotations

from pathlib import Path


def live() -> None:
    from tests.crash import fate

    fate.live(Path.cwd())
