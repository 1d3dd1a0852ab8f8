"""Folders and files that only the account of the service may read, whatever the umask, and also when they existed."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_private_folder(folder: Path) -> bool:
    """Creates the folder, or takes the rights of others to an existing one. True when it was created.

    A folder that every account shares, such as `/tmp`, stays as it is; the files in it are private all the same.
    """
    with suppress(FileExistsError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=FOLDER_MODE)
        folder.chmod(FOLDER_MODE)
        return True
    mode = folder.stat().st_mode
    if not mode & stat.S_ISVTX:
        _restrict(folder, mode, FOLDER_MODE)
    return False


def make_private_file(path: Path) -> None:
    """Creates an empty file, or takes the rights of others to an existing one."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    restrict_file(path)


def restrict_file(path: Path) -> None:
    """Takes the rights of others to a file; a missing file is no error."""
    with suppress(FileNotFoundError):
        _restrict(path, path.stat().st_mode, FILE_MODE)


def _restrict(path: Path, mode: int, wanted: int) -> None:
    """Leaves a path of another account as it is: only its owner may change it."""
    if stat.S_IMODE(mode) != wanted:
        with suppress(PermissionError):
            path.chmod(wanted)
