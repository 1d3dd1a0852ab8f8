"""How screens and notices describe an application to officers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.service import officers
from bot.service.context import Context
from domain.lifecycle import WITHOUT_RESULT
from domain.text import Text, cut, excerpt, verbatim
from storage import deliveries
from storage.deliveries import DeliveryState
from storage.tables import COUNTER, Application

#: statuses of work
STATUSES = {
    "submitted": Text("Baru masuk"),
    "under_review": Text("Sedang diperiksa"),
    "revision_requested": Text("Menunggu perbaikan"),
    "letter_drafted": Text("Surat disusun"),
    "awaiting_issue": Text("Menunggu terbit"),
}
ENDED = {
    "issued": Text("Surat terbit"),
    "closed": Text("Selesai"),
    "withdrawn": Text("Ditarik"),
    "expired": Text("Kedaluwarsa"),
}


def count_lines(counts: Mapping[str, int]) -> list[Text]:
    """How many applications are in each status of work that has any."""
    return [
        Text("%(status)s: %(count)s", status=name, count=counts[status])
        for status, name in STATUSES.items()
        if status in counts
    ]


def status_name(status: str) -> Text:
    return STATUSES.get(status) or ENDED[status]


def channel_name(ctx: Context, channel: str) -> Text:
    """As people call it; the empty name is of a version that did not record it."""
    known = {**ctx.app.channel_names, COUNTER: Text("Loket"), "": Text("Tidak tercatat")}
    return known.get(channel) or verbatim(channel.capitalize())


#: how far a message has come
DELIVERY: Mapping[DeliveryState, Text] = {
    "waiting": Text("belum terkirim"),
    "template_sent": Text("menunggu pemohon membuka percakapan"),
    "sent": Text("terkirim"),
    "delivered": Text("sampai di ponselnya"),
    "read": Text("sudah dibaca"),
}


def line(ctx: Context, application: Application) -> Text:
    """ "• REK-2026-0001 · judul · 12 hari kerja lagi · Siti"; the status instead of the days once there is a result."""
    title = cut(application.title, 60)
    officer = assigned_officer(ctx, application)
    waiting = application.status in WITHOUT_RESULT
    return Text(
        "• %(number)s · %(title)s · %(days)s%(officer)s",
        number=application.number,
        title=title,
        days=days_left(ctx, application) if waiting else status_name(application.status),
        officer=Text(" · %(name)s", name=officer) if officer else "",
    )


def assigned_officer(ctx: Context, application: Application) -> Text | None:
    """ "Anda" for the actor, else the officer's name."""
    if application.officer_id == ctx.actor.id:
        return Text("Anda")
    name = officers.name_of(ctx, application.officer_id)
    return verbatim(name) if name else None


def last_notice(ctx: Context, application: Application) -> Text | None:
    """The newest notice to the applicant, and how far it has come."""
    notice = deliveries.newest_notice(ctx.session, application.person_id)
    if notice is None:
        return None
    return Text(
        "Pemberitahuan terakhir kepada pemohon (%(day)s): %(state)s.",
        day=notice.at.astimezone(ctx.office.zone).date(),
        state=Text("gagal, %(why)s", why=excerpt(notice.failure))
        if notice.state == "failed"
        else DELIVERY[notice.state],
    )


def days_left(ctx: Context, application: Application) -> Text:
    left = ctx.office.calendar.working_days_between(ctx.today, application.due_on)
    if left < 0:
        return Text("lewat %(days)s hari kerja", days=-left)
    return Text("%(days)s hari kerja lagi", days=left) if left else Text("hari ini hari terakhir")
