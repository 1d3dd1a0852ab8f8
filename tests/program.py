"""Runs the commands as an operator does: real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run(folder: Path, *arguments: str, words: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    here = {"PYTHONPATH": paths, "PST_DATA_DIR": str(folder / "var"), "LANG": "id_ID.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**os.environ, **here, **environment},
        input=words,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
