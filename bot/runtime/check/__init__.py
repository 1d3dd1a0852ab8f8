"""`pst-bot check`, and the same for the admin in chat: what of the installation is right, and what to do otherwise.

A check changes nothing: it makes no folder, no database and no key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

from bot.errors import type_and_place
from bot.runtime.check import installation, network, office, work
from bot.runtime.log import set_up_log
from bot.runtime.office_profile import load_office
from bot.settings import Settings, read
from domain.office.profile import Office
from domain.system_check import CheckLine, in_words, is_wrong
from domain.text import Text
from locales import say
from storage import system_state
from storage.migrate import current_revision, newest_revision
from storage.sqlite_copy import sqlite_file
from storage.system_state import SystemState
from storage.unit import Session, Units, is_outage


def check_lines() -> tuple[list[str], bool]:
    """For the command, with the settings of the environment: the lines, and whether nothing is wrong. Raises
    `OperatorError`.
    """
    settings = read()
    set_up_log("error", settings.secrets)
    found = asyncio.run(check_installation(settings, datetime.now(UTC)))
    return [say(in_words(line), "en") for line in found], not is_wrong(found)


async def check_installation(settings: Settings, now: datetime) -> list[CheckLine]:
    """For a command, beside a service that runs or not. Raises `OperatorError` for a wrong profile."""
    profile = load_office(settings)
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        missing = CheckLine(
            "wrong",
            Text("Basis data: tidak ada di %(place)s.", place=str(file)),
            Text("Periksa PST_DATA_DIR, atau jalankan pst-bot migrate untuk membuatnya."),
        )
        return [missing, *await _checks(settings, profile, None, now)]
    units = Units(settings.database)
    try:
        found, state = await asyncio.to_thread(_read_database, units, settings, now)
        return [*found, *await _checks(settings, profile, state, now)]
    finally:
        await units.close()


async def check_running(settings: Settings, profile: Office, units: Units, now: datetime) -> list[CheckLine]:
    """For the service itself."""
    found, state = await asyncio.to_thread(_read_database, units, settings, now)
    return [*found, *await _checks(settings, profile, state, now)]


def _read_database(units: Units, settings: Settings, now: datetime) -> tuple[list[CheckLine], SystemState | None]:
    """The tables are read only when they are those of this program."""
    place, newest = units.url.render_as_string(hide_password=True), newest_revision()

    def read(session: Session) -> tuple[str | None, SystemState | None]:
        revision = current_revision(session)
        if revision != newest:
            return revision, None
        return revision, system_state.read(session, network.channels(settings), now)

    try:
        revision, state = units.read_now(read)
    except Exception as error:
        if not is_outage(error):
            raise
        unusable = Text("Basis data: %(place)s tidak dapat dibuka.", place=place)
        return [CheckLine("wrong", unusable, Text("Periksa PST_DATABASE_URL, dan apakah servernya berjalan."))], None
    if state is None:
        behind = Text(
            "Basis data: %(place)s berada pada revisi %(revision)s, program ini memerlukan %(newest)s.",
            place=place,
            revision=revision or "-",
            newest=newest,
        )
        return [CheckLine("wrong", behind, Text("Jalankan pst-bot migrate dengan program yang terbaru."))], None
    return [CheckLine("ok", Text("Basis data: %(place)s, revisi %(revision)s.", place=place, revision=newest))], state


async def _checks(settings: Settings, profile: Office, state: SystemState | None, now: datetime) -> list[CheckLine]:
    """A check that fails in itself is a line too, so that the others are made."""
    local: list[Callable[[], Iterable[CheckLine]]] = [
        lambda: installation.check(settings, profile, state),
        lambda: installation.check_clock(profile, state, now),
        lambda: office.check(settings, profile, state, now),
        lambda: work.check(state, now),
        lambda: work.check_data(profile, state, now),
    ]
    found = [line for check in local for line in _guarded(check)]
    asked = await asyncio.gather(*(_guarded_later(ask) for ask in network.questions(settings)))
    return [*found, *(line for lines in asked for line in lines)]


def _guarded(check: Callable[[], Iterable[CheckLine]]) -> list[CheckLine]:
    try:
        return list(check())
    except Exception as error:
        return [_not_checked(error)]


async def _guarded_later(ask: Callable[[], Awaitable[list[CheckLine]]]) -> list[CheckLine]:
    try:
        return await ask()
    except Exception as error:
        return [_not_checked(error)]


def _not_checked(error: Exception) -> CheckLine:
    what = Text("Satu pemeriksaan gagal: %(why)s.", why=type_and_place(error))
    return CheckLine("wrong", what, Text("Perbarui program; bila tetap gagal, laporkan baris ini."))
