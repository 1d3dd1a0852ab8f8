"""Checks of the office: its calendar, what it has to confirm, its staff, how letters are signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.errors import OperatorError
from bot.runtime.letter_files import check_signing_settings
from bot.settings import Settings
from domain.office import calendar_check
from domain.office.profile import Office
from domain.system_check import CheckLine, State
from domain.text import Text, verbatim
from storage.system_state import SystemState

#: role → its name, and how much it matters that somebody has it
_ROLES: Mapping[str, tuple[Text, State]] = {
    "officer": (Text("petugas"), "wrong"),
    "head": (Text("kepala"), "warning"),
    "director": (Text("direktur"), "wrong"),
    "admin": (Text("admin"), "warning"),
}


def check(settings: Settings, profile: Office, state: SystemState | None, now: datetime) -> Iterator[CheckLine]:
    yield from _calendar(profile, now)
    yield from _open_points(profile)
    if state is not None:
        yield from _staff(profile, state)
    yield _signing(settings, profile, now)


def _calendar(profile: Office, now: datetime) -> Iterator[CheckLine]:
    """The following year is looked at from October on."""
    found = calendar_check.faults(profile, now.astimezone(profile.zone).date())
    if not found:
        yield CheckLine("ok", Text("Kalender: hari libur tahun ini lengkap."))
    for fault in found:
        yield CheckLine("warning", Text("Kalender: %(fault)s.", fault=fault), Text("Lihat pst-bot calendar."))


def _open_points(profile: Office) -> Iterator[CheckLine]:
    points = profile.to_confirm.items
    if points:
        what = Text("Profil kantor: %(count)s hal belum dipastikan ([to_confirm]).", count=len(points))
        yield CheckLine("warning", what, Text("Lihat [to_confirm] dalam profil kantor."))
    else:
        yield CheckLine("ok", Text("Profil kantor: semua hal sudah dipastikan."))


def _staff(profile: Office, state: SystemState) -> Iterator[CheckLine]:
    for role, (name, weight) in _ROLES.items():
        there = [member for member in state.staff if member.role == role and member.is_reachable]
        if not there:
            invite = Text("Undang dengan pst-bot officer invite --role %(role)s.", role=role)
            yield CheckLine(weight, Text("Peran %(role)s: belum ada yang masuk.", role=name), invite)
        elif any(not member.name.strip() for member in there):
            unnamed = Text("Peran %(role)s: ada yang belum bernama.", role=name)
            yield CheckLine("warning", unnamed, Text("Minta orangnya membuka menu berkas; namanya ditanyakan di sana."))
        else:
            yield CheckLine("ok", Text("Peran %(role)s: %(count)s orang.", role=name, count=len(there)))


def _signing(settings: Settings, profile: Office, now: datetime) -> CheckLine:
    what = Text("Surat: ditandatangani %(title)s, cara %(way)s.", title=profile.signer.title, way=profile.signing.way)
    try:
        check_signing_settings(settings, profile.signing.way, now)
    except OperatorError as error:
        return CheckLine("wrong", what, verbatim(str(error)))
    return CheckLine("ok", what)
