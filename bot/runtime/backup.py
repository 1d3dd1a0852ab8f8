"""Backup while the service runs, and putting it back into an empty place.

A backup is a sealed tar: the anchor of the audit, the key, a copy of the database at one moment, then the files.
In this order nothing that the database names is missing: the anchor is never ahead of the audit, and a file is stored
before the row that names it. PostgreSQL's copy is made by `pg_dump`. Files come from where they lie, and are put back
to where the settings say: a backup also moves them between the data folder and an object store.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import tarfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast
from uuid import uuid4

from bot.errors import OperatorError
from bot.runtime.backup_objects import fetched, move_files, take_place
from bot.runtime.file_store import open_s3
from bot.settings import Settings
from domain.frozen import frozen
from storage import audit_anchor
from storage.disk_objects import FILES
from storage.installation import LAST_BACKUP, save_setting
from storage.objects import StoreAway
from storage.outages import is_away
from storage.postgres_dump import DumpFailed, dump, load
from storage.private_files import FILE_MODE, make_private_folder
from storage.sealed_stream import MIN_PASSPHRASE, PassphraseWrong, SealedReader, SealedWriter, StreamDamaged
from storage.secrets import KEY_FILE, Keys, KeyWeak, SealBroken, sync_folder
from storage.sqlite_copy import copy_online, is_sound, key_fingerprint, sqlite_file
from storage.unit import Units

#: the copies of the two kinds of databases
DATABASE, DUMP = "pst.db", "pst.dump"
#: how often the moment of a backup is noted; each try waits as long as a write does for a lock
REMEMBER_TRIES = 12
#: where a backup is unpacked before everything moves to its place
_RESTORE = ".restore-"
#: ending of a backup that is being written
PART = "[0-9a-f]{32}"
#: what a backup may hold; nothing else is ever written
_MEMBER = re.compile(
    rf"{re.escape(audit_anchor.FILE)}|{re.escape(KEY_FILE)}|{re.escape(DATABASE)}|{re.escape(DUMP)}|"
    rf"{FILES}/[0-9a-f]{{2}}/[0-9a-f]{{64}}|(?:{FILES}/)?spool/[0-9a-f]{{32}}"
)


@frozen
class BackupReport:
    size: int  #: bytes of the backup
    files: int
    database: str  #: `DATABASE` or `DUMP`; empty in old backups, which held no PostgreSQL database


def write_backup(settings: Settings, file: Path, passphrase: str, now: datetime) -> BackupReport:
    """The file is complete and was read back, or it is not there. The check of the installation says when it was made.
    Raises `OperatorError`.
    """
    _check_passphrase(passphrase)
    if file.exists():
        raise OperatorError(f"{file} exists already; choose another name")
    part = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as out:
            sealed = SealedWriter(out, passphrase)
            with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="w|") as archive:
                _fill(settings, archive)
            sealed.close()
            out.flush()
            os.fsync(out.fileno())
        with _named(file):
            report = _extract(part, passphrase, None)
        os.link(part, file)  # unlike a rename, this never replaces another file
        sync_folder(file.parent)
        _remember(settings, now, file)
        return report
    except FileExistsError:
        raise OperatorError(f"{file} exists already; choose another name") from None
    except SealBroken as broken:
        raise OperatorError(f"{settings.files_url}: {broken}") from None
    except StoreAway as away:
        raise OperatorError(f"{settings.files_url}: {away}; run the command again when it works") from None
    except OSError as error:
        raise OperatorError(f"{file}: cannot be written ({error.strerror or error})") from None
    finally:
        part.unlink(missing_ok=True)


def _remember(settings: Settings, now: datetime, file: Path) -> None:
    """A service that writes without a pause, as in the morning's daily work, leaves no gap for others for some time."""
    units = Units(settings.database)
    try:
        for _ in range(REMEMBER_TRIES):
            try:
                return units.write_now(lambda session: save_setting(session, LAST_BACKUP, now.isoformat()))
            except Exception as error:
                if not is_away(error):
                    raise
    finally:
        units.dispose()
    raise OperatorError(f"{file} is complete, but the database was locked, so the check of the installation misses it")


def restore_backup(settings: Settings, file: Path, passphrase: str) -> BackupReport:
    """Puts everything into the empty data folder, or nothing. Raises `OperatorError`."""
    folder = settings.data_dir
    if folder.exists() and any(not path.name.startswith(_RESTORE) for path in folder.iterdir()):
        raise OperatorError(f"{folder} is not empty; choose an empty or a new folder with PST_DATA_DIR")
    store = open_s3(settings)
    with _named(file), _filled_when_done(folder) as made:
        report = _extract(file, passphrase, made)
        if report.database == DATABASE and not _is_read_from(folder, settings):
            raise OperatorError("the backup holds a SQLite database; leave PST_DATABASE_URL empty, and move it later")
        if store is not None:
            move_files(made / FILES, store)
        if report.database == DUMP:
            _load(settings, made / DUMP)
        if report.database:
            database = settings.database if report.database == DUMP else f"sqlite+aiosqlite:///{made / DATABASE}"
            take_place(database, store)
    return report


@contextmanager
def _filled_when_done(folder: Path) -> Iterator[Path]:
    """A folder inside it, whose content moves up at the end. The account may have no right to the folder above."""
    is_new = make_private_folder(folder)
    for leftover in folder.glob(f"{_RESTORE}*"):  # of one that was killed
        shutil.rmtree(leftover)
    try:
        with TemporaryDirectory(dir=folder, prefix=_RESTORE) as made:
            yield Path(made)
            for path in sorted(Path(made).iterdir(), key=lambda path: path.name == DATABASE):  # the database last
                path.rename(folder / path.name)
        sync_folder(folder)
    except BaseException:
        if is_new:
            with suppress(OSError):  # something has moved already
                folder.rmdir()
        raise


def _load(settings: Settings, dumped: Path) -> None:
    if sqlite_file(settings.database) is not None:
        raise OperatorError("the backup holds a PostgreSQL database; set PST_DATABASE_URL to an empty one")
    try:
        load(settings.database, dumped)
    except DumpFailed as failed:
        raise OperatorError(f"PST_DATABASE_URL must lead to an empty database: {failed}") from None
    dumped.unlink()


def _is_read_from(folder: Path, settings: Settings) -> bool:
    """Whether the service looks for its database where the backup puts it."""
    database = sqlite_file(settings.database)
    return database is not None and database.absolute() == (folder / DATABASE).absolute()


def _fill(settings: Settings, archive: tarfile.TarFile) -> None:
    folder, key, store = settings.data_dir, _key(settings), open_s3(settings)
    if (folder / audit_anchor.FILE).is_file():
        _add(archive, audit_anchor.FILE, (folder / audit_anchor.FILE).read_bytes())
    _add(archive, KEY_FILE, key)
    with TemporaryDirectory(dir=folder, prefix=".backup-") as made:
        copied = _copied_database(settings, Path(made), Keys.of_text(key))
        _add_file(archive, copied.name, copied)
    for path in _stored(folder):
        with suppress(FileNotFoundError):  # deleted meanwhile, because its time was over
            _add_file(archive, str(path.relative_to(folder)), path)
    if store is not None:
        for name, content in fetched(store):
            _add(archive, f"{FILES}/{name[:2]}/{name}", content)


def _copied_database(settings: Settings, folder: Path, keys: Keys) -> Path:
    """Raises `OperatorError`."""
    database = sqlite_file(settings.database)
    if database is not None:
        _copy_database(database, folder / DATABASE, keys.fingerprints())
        return folder / DATABASE
    try:
        dump(settings.database, folder / DUMP)
    except DumpFailed as failed:
        raise OperatorError(f"the database cannot be copied: {failed}") from None
    return folder / DUMP


def _key(settings: Settings) -> bytes:
    """As a text that works as the file and as the setting. Raises `OperatorError`."""
    path = settings.data_dir / KEY_FILE
    if not settings.secret_key and not path.is_file():
        raise OperatorError(f"{path}: there is no key; check PST_DATA_DIR and PST_SECRET_KEY")
    key = settings.secret_key.encode() if settings.secret_key else path.read_bytes()
    try:
        Keys.of_text(key)
    except KeyWeak as weak:
        raise OperatorError(str(weak)) from None
    return key


def _copy_database(source: Path, copied: Path, fingerprints: Collection[str]) -> None:
    """Raises `OperatorError` when the copy is damaged, or belongs to another key."""
    if not source.is_file():
        raise OperatorError(f"{source}: there is no database; check PST_DATA_DIR")
    copied.touch(FILE_MODE)
    copy_online(source, copied)
    if not is_sound(copied):
        raise OperatorError(f"{source} is damaged; put the last backup back")
    if key_fingerprint(copied) not in {"", *fingerprints}:
        raise OperatorError("the key is not the one this database was made with; check PST_SECRET_KEY")


def _stored(folder: Path) -> Iterator[Path]:
    for path in sorted([*folder.glob(f"{FILES}/*/*"), *folder.glob("spool/*")]):
        if _MEMBER.fullmatch(str(path.relative_to(folder))):
            yield path


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), FILE_MODE
    archive.addfile(entry, io.BytesIO(content))


def _add_file(archive: tarfile.TarFile, name: str, path: Path) -> None:
    with path.open("rb") as content:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = os.fstat(content.fileno()).st_size, FILE_MODE
        archive.addfile(entry, content)


def _extract(file: Path, passphrase: str, folder: Path | None) -> BackupReport:
    """Reads every member and the end, and writes them into the folder, if one is given. Raises `PassphraseWrong`,
    `StreamDamaged` and `TarError`.
    """
    names = list[str]()
    with file.open("rb") as source:
        sealed = SealedReader(source, passphrase)
        with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="r|") as archive:
            for entry in archive:
                content = archive.extractfile(entry)
                if content is None or not _MEMBER.fullmatch(entry.name) or entry.name in names:
                    raise StreamDamaged("it holds what no backup of this program holds")
                _store(folder / entry.name if folder is not None else None, content)
                names.append(entry.name)
        sealed.check_end()
    database = next((name for name in names if name in {DATABASE, DUMP}), "")
    if folder is not None and database == DATABASE and not is_sound(folder / DATABASE):
        raise StreamDamaged("its database is damaged")
    return BackupReport(file.stat().st_size, sum("/" in name for name in names), database)


def _store(path: Path | None, content: IO[bytes]) -> None:
    if path is None:
        while content.read(1 << 20):
            pass
        return
    make_private_folder(path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as out:
        shutil.copyfileobj(content, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())


def _check_passphrase(passphrase: str) -> None:
    if len(passphrase) < MIN_PASSPHRASE:
        raise OperatorError(f"the passphrase is too short: it needs at least {MIN_PASSPHRASE} characters")


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """What is wrong with the backup, as one line that says what to do."""
    try:
        yield
    except PassphraseWrong:
        raise OperatorError(f"{file}: the passphrase is not the one of this backup") from None
    except StoreAway as away:
        raise OperatorError(f"PST_FILES_URL: {away}; run the command again when it works") from None
    except (StreamDamaged, tarfile.TarError) as damaged:
        raise OperatorError(f"{file} cannot be used: {damaged}; take another backup") from None
    except OSError as error:
        raise OperatorError(f"{file}: {error.strerror or error}") from None
