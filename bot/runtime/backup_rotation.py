"""Daily backups: a new file in a folder, of which the newest are kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import OperatorError
from bot.runtime.backup import PART, BackupReport, write_backup
from bot.settings import Settings
from domain.frozen import frozen
from storage.private_files import make_private_folder

#: a backup of this program, named after its moment (UTC); no other file of the folder is ever deleted
_NAME = re.compile(r"pst-\d{8}T\d{6}Z\.backup")
#: what a backup that was killed has left; a running one is younger
_LEFTOVER = re.compile(rf"\.{_NAME.pattern}\.{PART}")
LEFTOVER_AFTER = timedelta(days=1)


@frozen
class Rotation:
    file: Path
    report: BackupReport
    deleted: Sequence[Path]


def write_and_rotate(settings: Settings, folder: Path, keep: int, passphrase: str, now: datetime) -> Rotation:
    """Deletes older backups only after the new one was read back. The disk therefore holds one more for a moment.
    Raises `OperatorError`.
    """
    try:
        make_private_folder(folder)
        _clear_leftovers(settings.data_dir, folder, now)
    except OSError as error:
        raise OperatorError(f"{folder}: {error.strerror or error}; choose a folder you may write to") from None
    file = folder / f"pst-{now:%Y%m%dT%H%M%SZ}.backup"
    report = write_backup(settings, file, passphrase, now)
    others = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name) and path != file)
    deleted = others[: max(0, len(others) - (keep - 1))]
    for path in deleted:
        path.unlink(missing_ok=True)
    return Rotation(file, report, deleted)


def _clear_leftovers(data_dir: Path, folder: Path, now: datetime) -> None:
    """Each would hold the room of a whole backup for ever."""
    before = (now - LEFTOVER_AFTER).timestamp()
    for path in folder.glob(".pst-*"):
        if _LEFTOVER.fullmatch(path.name) and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
    for path in data_dir.glob(".backup-*"):
        if path.stat().st_mtime < before:
            shutil.rmtree(path, ignore_errors=True)
