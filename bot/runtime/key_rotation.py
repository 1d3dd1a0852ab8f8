"""Changes the key of the installation: for the operator, while the service stands still.

The new key stands before the former ones in the key file. Then everything that is stored is sealed anew, and at last
the database belongs to the new key. Until then no service starts; the command goes on where it was stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.errors import OperatorError
from bot.runtime.file_store import open_objects
from bot.settings import Settings
from storage import audit_anchor, installation, key_rotation, migrate
from storage.audit_anchor import AnchorUnusable
from storage.audit_check import verify
from storage.files import FileStore
from storage.key_rotation import Page, Progress
from storage.migrate import DatabaseTooNew, DatabaseTooOld
from storage.secrets import KEY_FILE, KeyMissing, Keys, KeyWeak, add_key
from storage.service_lock import FolderInUse, held
from storage.sqlite_copy import sqlite_file
from storage.unit import DatabaseUnusable, Units, is_outage


def rotate(settings: Settings, now: datetime, told: Callable[[str, int, int], None]) -> Keys:
    """Calls `told` with each table, how many of its rows are sealed anew, and how many were damaged before. Returns the
    keys as they are then. Raises `OperatorError`; called again, it goes on.
    """
    _require_key_file(settings)
    with _named(), held(settings.data_dir, alone=True), _opened(settings) as units:
        migrate.require_newest(units.engine)
        keys = _begin(units, settings.data_dir)
        _seal_everything(units, keys, FileStore(open_objects(settings, units), keys), told)
        _anchor_anew(units, keys, settings.data_dir)
        units.write_now(partial(key_rotation.finish, keys=keys, now=now))
        _number_lines(units)
        _anchor_anew(units, keys, settings.data_dir)
        return keys


def _require_key_file(settings: Settings) -> None:
    path = settings.data_dir / KEY_FILE
    if settings.secret_key:
        raise OperatorError(f"the key stands in PST_SECRET_KEY; put its text into {path} and remove the setting")
    if not path.is_file():
        raise OperatorError(f"{path}: there is no key; check PST_DATA_DIR")


@contextmanager
def _opened(settings: Settings) -> Iterator[Units]:
    file = sqlite_file(settings.database)
    if file is not None and not file.is_file():
        raise OperatorError(f"{file}: there is no database; check PST_DATA_DIR")
    units = Units(settings.database)
    try:
        yield units
    finally:
        units.dispose()


def _begin(units: Units, folder: Path) -> Keys:
    """Puts a new key before the present one, unless a change was stopped. The keys as they are then."""
    keys = Keys.load(folder, None, database_has_rows=True)
    known = units.read_now(partial(installation.setting, name=installation.KEY))
    if known in keys.fingerprints()[1:]:
        return keys
    if known != keys.fingerprint():
        raise OperatorError(f"the key is not the one of this database; put the old {KEY_FILE} back")
    report = units.read_now(partial(verify, keys=keys, folder=folder))
    if not report.anchor_fits:
        raise OperatorError(f"{report.anchor}; see pst-bot audit verify, and mend it before the key is changed")
    _number_lines(units)
    add_key(folder / KEY_FILE)
    return Keys.load(folder, None, database_has_rows=True)


def _seal_everything(units: Units, keys: Keys, store: FileStore, told: Callable[[str, int, int], None]) -> None:
    at: Progress | None = units.read_now(partial(key_rotation.progress, keys=keys))
    done = broken = 0
    while at is not None:
        page = _seal_one_page(units, keys, store, at)
        for name in page.replaced:  # only now no row names them
            store.delete(name)
        done, broken = done + page.done, broken + page.broken
        if page.following is None or page.following.part != at.part:
            told(at.part, done, broken)
            done = broken = 0
        at = page.following


def _seal_one_page(units: Units, keys: Keys, store: FileStore, at: Progress) -> Page:
    return units.write_now(partial(key_rotation.seal_page, keys=keys, store=store, at=at))


def _number_lines(units: Units) -> None:
    """Of the audit. No other process does it now."""
    while units.write_now(audit_anchor.number_lines):
        pass


def _anchor_anew(units: Units, keys: Keys, folder: Path) -> None:
    """The same lines under the new key, so that who has a former key cannot replace any."""
    known = audit_anchor.read(folder)
    if known is None:
        return
    anchor = audit_anchor.start(keys, known.hashed)
    while hashes := units.read_now(partial(audit_anchor.hashes_after, position=anchor.lines)):
        anchor = audit_anchor.extended(keys, anchor, hashes)
    audit_anchor.write(folder, anchor)


@contextmanager
def _named() -> Iterator[None]:
    """What is wrong, as one line that says what to do."""
    try:
        yield
    except FolderInUse:
        raise OperatorError("the service runs; stop it first") from None
    except (DatabaseUnusable, AnchorUnusable, KeyMissing, KeyWeak, DatabaseTooNew, DatabaseTooOld) as error:
        raise OperatorError(str(error)) from None
    except Exception as error:
        if not is_outage(error):
            raise
        raise OperatorError(
            "the database, the disk or the object store takes nothing; run the command again, it goes on"
        ) from None
