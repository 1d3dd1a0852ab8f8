"""Runs the commands as an operator does: in processes of their own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from tests.forked_processes import fork, pst_bot

ROOT = Path(__file__).parent.parent
#: seconds a command may take on a busy machine
DONE_WITHIN = 90.0


def run(folder: Path, *arguments: str, words: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    here = {"PYTHONPATH": paths, "PST_DATA_DIR": str(folder / "var"), "LANG": "id_ID.UTF-8"}
    with tempfile.TemporaryDirectory() as beside:
        said, out, err = (Path(beside) / name for name in ("said", "out", "err"))
        said.write_text(words, encoding="utf-8")
        process = fork(pst_bot, *arguments, folder=folder, environment=here | environment, streams=(said, out, err))
        if (code := process.wait(DONE_WITHIN)) is None:
            raise subprocess.TimeoutExpired(arguments, DONE_WITHIN)
        return subprocess.CompletedProcess(arguments, code, out.read_text("utf-8"), err.read_text("utf-8"))
