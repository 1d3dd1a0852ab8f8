"""A copy of a PostgreSQL database at one moment, made and put back by its own programs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import make_url


class DumpFailed(Exception):
    """The program is missing or has refused. The message says what to do, or repeats its first line."""


def dump(url: str, file: Path) -> None:
    """Writes the database of this address into the file, while others write. Raises `DumpFailed`."""
    options = ("--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--file={file}")
    _run(["pg_dump", *options], url)


def load(url: str, file: Path) -> None:
    """Puts everything into the empty database of this address, or nothing. Raises `DumpFailed`."""
    options = ("--no-owner", "--single-transaction", "--exit-on-error", str(file))
    _run(["pg_restore", *options], url)


def _run(command: Sequence[str], url: str) -> None:
    address, environment = _connection(url)
    try:
        done = subprocess.run(
            [*command, f"--dbname={address}"], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise DumpFailed(f"{command[0]} is missing: install the postgresql-client of the server's version") from None
    if done.returncode:
        raise DumpFailed(done.stderr.strip().partition("\n")[0] or f"{command[0]} ended with {done.returncode}")


def _connection(url: str) -> tuple[str, Mapping[str, str]]:
    """The address as PostgreSQL's programs read it. The password goes another way: others see command lines."""
    parsed = make_url(url)
    environment = {**os.environ, "PGPASSWORD": parsed.password} if parsed.password else dict(os.environ)
    without = parsed.set(drivername="postgresql", password=None)
    return without.render_as_string(hide_password=False), environment
