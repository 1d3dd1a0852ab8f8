"""Checks of the machine: the folder and who may read it, the key, the disk, the clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import OperatorError
from bot.runtime.letter_files import check_public_key
from bot.settings import Settings
from domain.office.profile import Office
from domain.system_check import CheckLine, State
from domain.text import Text, verbatim
from storage.disk_objects import FILES
from storage.secrets import KEY_FILE, KeyMissing, Keys, KeyWeak
from storage.system_state import SystemState

#: bytes; below the second one the service may stop taking files at any moment
FEW, TOO_FEW = 2 * 1024**3, 200 * 1024**2
#: a clock that is behind the newest message by more was set back
CLOCK_TOLERANCE = timedelta(minutes=5)
#: rights of the group and of everybody else
_OTHERS = 0o077


def check(settings: Settings, profile: Office, state: SystemState | None) -> Iterator[CheckLine]:
    folder = settings.data_dir
    if not folder.is_dir():
        what = Text("Folder data: %(place)s tidak ada.", place=str(folder.absolute()))
        yield CheckLine("wrong", what, Text("Periksa PST_DATA_DIR; jalur relatif dihitung dari folder kerja."))
        return
    yield CheckLine("ok", Text("Folder data: %(place)s", place=str(folder.absolute())))
    yield _rights(folder)
    yield _key(settings, profile, state)
    yield _disk(folder)


def _rights(folder: Path) -> CheckLine:
    """Files that others of this machine may read."""
    private = (folder, *(folder / name for name in (KEY_FILE, "pst.db", FILES, "mail")))
    open_ones = [path for path in private if path.exists() and path.stat().st_mode & _OTHERS]
    if not open_ones:
        return CheckLine("ok", Text("Hak akses: hanya pemilik layanan yang dapat membaca folder data."))
    names = ", ".join(str(path) for path in open_ones)
    return CheckLine(
        "wrong",
        Text("Hak akses: pengguna lain di mesin ini dapat membaca %(names)s.", names=names),
        Text("Jalankan chmod go-rwx pada folder dan berkas itu."),
    )


def _key(settings: Settings, profile: Office, state: SystemState | None) -> CheckLine:
    try:
        keys = Keys.load(settings.data_dir, settings.secret_key or None, database_has_rows=True)
    except (KeyMissing, KeyWeak):
        return CheckLine(
            "wrong",
            Text("Kunci: tidak ada atau terlalu pendek."),
            Text("Kembalikan secret.key atau PST_SECRET_KEY yang lama; tanpa kunci itu data tidak dapat dibaca."),
        )
    if state is not None and state.key in keys.fingerprints()[1:]:
        return CheckLine(
            "wrong",
            Text("Kunci: penggantiannya belum selesai."),
            Text("Hentikan layanan, lalu jalankan pst-bot key rotate lagi; perintah itu melanjutkan."),
        )
    if state is not None and state.key and state.key != keys.fingerprint():
        return CheckLine(
            "wrong",
            Text("Kunci: bukan kunci basis data ini."),
            Text("Kembalikan secret.key atau PST_SECRET_KEY yang lama."),
        )
    try:
        check_public_key(profile, keys)
    except OperatorError as error:
        return CheckLine("wrong", Text("Kunci: bukan kunci yang disebut profil kantor."), verbatim(str(error)))
    return CheckLine("ok", Text("Kunci: cocok dengan basis data."))


def _disk(folder: Path) -> CheckLine:
    state, free = disk_state(folder)
    what = Text("Ruang disk: sisa %(free)s MB.", free=free // 1024**2)
    return CheckLine(state, what) if state == "ok" else CheckLine(state, what, Text("Kosongkan disk atau perbesar."))


def disk_state(folder: Path) -> tuple[State, int]:
    """And how many bytes are free."""
    free = shutil.disk_usage(folder).free
    return ("ok" if free >= FEW else "warning" if free >= TOO_FEW else "wrong"), free


def check_clock(profile: Office, state: SystemState | None, now: datetime) -> Iterator[CheckLine]:
    here = now.astimezone(profile.zone)
    what = Text("Jam: %(moment)s %(zone)s.", moment=f"{here:%d/%m/%Y %H.%M}", zone=profile.office.timezone_label)
    if state is not None and state.newest_at is not None and now < state.newest_at - CLOCK_TOLERANCE:
        yield CheckLine(
            "wrong", what, Text("Jam mundur dari pesan terakhir yang tersimpan: samakan dengan NTP (timedatectl).")
        )
        return
    yield CheckLine("ok", what)
