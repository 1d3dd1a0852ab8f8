"""Gives a process a part of a processor: so several can be compared on a machine that has too few for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

#: microseconds; short, so that a process never waits for long
PERIOD = 10_000
_OLD, _NEW = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


@contextmanager
def limited(pids: Sequence[int], cores: float) -> Iterator[bool]:
    """Each of these processes gets so much and no more. False where control groups may not be made: then all may take
    what there is.
    """
    with ExitStack() as stack:
        try:
            for pid in pids:
                stack.enter_context(_group(pid, cores))
        except OSError:
            yield False
        else:
            yield True


@contextmanager
def _group(pid: int, cores: float) -> Iterator[None]:
    quota, is_old = int(cores * PERIOD), _OLD.is_dir()
    root = _OLD if is_old else _NEW
    folder = root / f"pst-bench-{os.getpid()}-{pid}"
    folder.mkdir()
    try:
        if is_old:
            (folder / "cpu.cfs_period_us").write_text(str(PERIOD))
            (folder / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (folder / "cpu.max").write_text(f"{quota} {PERIOD}")
        (folder / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        if Path(f"/proc/{pid}").exists():
            (root / "cgroup.procs").write_text(str(pid))
        folder.rmdir()
