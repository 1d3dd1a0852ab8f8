"""Checks of what the service has to do: messages that failed, jobs that fail, messages that should have left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from domain.office.profile import Office
from domain.system_check import CheckLine
from domain.text import Text
from storage.system_state import UNDELIVERED_FOR, SystemState

#: what waits longer waits for a service that does not run, or for a platform that is away
LATE_AFTER = timedelta(minutes=10)
#: how old the last ones may be
BACKUP_WITHIN, RETENTION_WITHIN = timedelta(days=2), timedelta(days=1)
_NOT_RUNNING = Text("Pastikan layanan berjalan (pst-bot run), lalu lihat lognya.")


def check(state: SystemState | None, now: datetime) -> Iterator[CheckLine]:
    if state is None:
        return
    work = state.work
    yield _counted(
        work.failed_messages,
        Text("Pesan masuk yang gagal ditangani: %(count)s.", count=work.failed_messages),
        Text("Lihat pst-bot inbox list, lalu pst-bot inbox retry."),
    )
    yield _waiting(Text("Pesan masuk yang menunggu"), work.pending_since, now)
    yield _counted(
        work.given_up_jobs,
        Text("Dokumen yang gagal dibuat: %(count)s.", count=work.given_up_jobs),
        Text("Lihat pst-bot jobs list, lalu pst-bot jobs retry."),
    )
    if work.failing_jobs:
        what = Text("Dokumen yang sedang dicoba lagi: %(count)s.", count=work.failing_jobs)
        yield CheckLine("warning", what, Text("Lihat pst-bot jobs list."))
    yield _waiting(Text("Pesan keluar yang menunggu"), min(work.unsent_since.values(), default=None), now)
    if state.undelivered:
        days = UNDELIVERED_FOR.days
        what = Text("Pesan yang tidak sampai dalam %(days)s hari: %(count)s.", days=days, count=state.undelivered)
        yield CheckLine("warning", what, Text("Lihat pst-bot outbox list."))


def check_data(profile: Office, state: SystemState | None, now: datetime) -> Iterator[CheckLine]:
    """Whether the data are copied, and old ones deleted."""
    if state is None:
        return
    recent = partial(_recent, profile, now)
    yield recent(Text("Cadangan data"), state.last_backup, BACKUP_WITHIN, Text("Jalankan pst-bot backup setiap hari."))
    yield recent(Text("Penghapusan data lama"), state.last_retention, RETENTION_WITHIN, _NOT_RUNNING)


def _recent(
    profile: Office, now: datetime, what: Text, last: datetime | None, within: timedelta, remedy: Text
) -> CheckLine:
    if last is None:
        return CheckLine("warning", Text("%(what)s: belum pernah.", what=what), remedy)
    said = Text("%(what)s: terakhir %(at)s.", what=what, at=last.astimezone(profile.zone))
    return CheckLine("ok", said) if now - last <= within else CheckLine("warning", said, remedy)


def _counted(count: int, what: Text, remedy: Text) -> CheckLine:
    return CheckLine("wrong", what, remedy) if count else CheckLine("ok", what)


def _waiting(what: Text, since: datetime | None, now: datetime) -> CheckLine:
    minutes = int((now - since).total_seconds() // 60) if since is not None else 0
    said = Text("%(what)s: paling lama %(minutes)s menit.", what=what, minutes=max(minutes, 0))
    is_late = since is not None and now - since > LATE_AFTER
    return CheckLine("wrong", said, _NOT_RUNNING) if is_late else CheckLine("ok", said)
