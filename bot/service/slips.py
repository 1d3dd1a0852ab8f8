"""Slips for visitors without a phone. An officer orders one, and gets it in the chat for printing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.service import counter, counter_takeover, documents, queue, queue_desk
from bot.service.context import Context
from bot.service.documents import StoredDocument
from bot.service.queue_news import code_of
from domain.office.services import desk_services
from domain.text import Json, Text
from letters.slip import Slip
from storage import jobs
from storage.tables import Application, CounterRecord, GuestVisit, QueueTicket

SlipKind = Literal["number", "visit", "record"]


def order(ctx: Context, kind: SlipKind, row_id: int) -> bool:
    """Lets the worker draw the slip for the actor's address. False for what this officer has not given or recorded."""
    if not _is_mine(ctx, kind, row_id):
        return False
    key = f"slip/{kind}/{row_id}/{ctx.address.id}/{ctx.now.isoformat()}"
    arguments: dict[str, Json] = {"kind": kind, "row": row_id, "address": ctx.address.id}
    jobs.add(ctx.session, "slip", key, ctx.now, arguments)
    return True


def facts_of(ctx: Context, kind: SlipKind, row_id: int) -> Slip:
    """Nothing of a person stands on a slip: its file stays in the officer's chat. Raises `ActionRefused` for a record
    that is not the counter's any more.
    """
    return {"number": _number, "visit": _visit, "record": _record}[kind](ctx, row_id)


def send(ctx: Context, document: StoredDocument) -> None:
    """To the address that ordered it, if it is still an officer's."""
    if not queue_desk.can_serve(ctx):
        return
    documents.send(ctx, document, "struk.pdf", Text("Struk siap dicetak pada kertas 80 mm."))


def _is_mine(ctx: Context, kind: SlipKind, row_id: int) -> bool:
    if not queue_desk.can_serve(ctx):
        return False
    if kind == "number":
        ticket = ctx.session.get(QueueTicket, row_id)
        return ticket is not None and ticket.given_by_id == ctx.person_id
    if kind == "record":
        return ctx.session.get(CounterRecord, row_id) is not None
    visit = ctx.session.get(GuestVisit, row_id)
    return visit is not None and visit.recorded_by_id == ctx.person_id


def _number(ctx: Context, row_id: int) -> Slip:
    ticket = ctx.session.get_one(QueueTicket, row_id)
    standing = queue.standing(ctx, ticket)
    expected = f"Perkiraan dipanggil pukul {standing.expected_at:%H.%M}" if standing.expected_at else ""
    lines = (_service(ticket.service), f"{standing.ahead} orang di depan Anda", expected, _time(ctx, ticket.taken_at))
    return Slip(ctx.office.office.name, "Nomor antrean", code_of(ticket), lines, ticket.taken_at)


def _visit(ctx: Context, row_id: int) -> Slip:
    visit = ctx.session.get_one(GuestVisit, row_id)
    lines = (_service(visit.service), _time(ctx, visit.at))
    return Slip(ctx.office.office.name, "Kunjungan tercatat dalam buku tamu", "", lines, visit.at)


def _record(ctx: Context, row_id: int) -> Slip:
    """The receipt of a form that is recorded at the counter, with a new code for taking it over."""
    view = counter.open_record(ctx, row_id)
    take_over = (
        "Untuk melanjutkan di ponsel Anda, tulis dalam percakapan dengan kami (berlaku 7 hari, satu kali):",
        f"/{counter_takeover.COMMAND} {counter_takeover.new_code(ctx, view.record)}",
    )
    title = "Tanda terima permohonan" if view.application else "Isian tersimpan, belum dikirim"
    lines = (*(_sent(ctx, view.application) if view.application else ()), *take_over, _time(ctx, ctx.now))
    return Slip(ctx.office.office.name, title, "", lines, ctx.now)


def _sent(ctx: Context, application: Application) -> tuple[str, ...]:
    estimate = "" if application.due_certain else " (perkiraan)"
    return (
        application.number,
        application.title,
        f"Diterima {_time(ctx, application.submitted_at)}",
        f"Hasil pemeriksaan paling lambat {application.due_on:%d/%m/%Y}{estimate}",
    )


def _service(service_id: str) -> str:
    service = desk_services().get(service_id)
    return service.label.msgid if service else ""


def _time(ctx: Context, at: datetime) -> str:
    return f"{at.astimezone(ctx.office.zone):%d/%m/%Y pukul %H.%M} {ctx.office.office.timezone_label}"
