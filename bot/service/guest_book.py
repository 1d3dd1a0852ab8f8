"""The guest book of the desk: visitors sign it in chat, or an officer writes them down.

Source: SK 66/BPS/Tahun 2023, walk-in step 2. What visitors say is stored sealed, read by the staff only, and deleted
when the days of the office's profile are over (UU 27/2022). Every reading is recorded in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.service import access, audit, daily_limits, drafts
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.definition import chosen
from domain.form.loading import GUEST_BOOK
from domain.frozen import frozen
from domain.text import Json, Text
from storage import guests
from storage.tables import Draft, GuestVisit

FORM = GUEST_BOOK
#: what is asked at every visit; everything else is known from the one before
OF_EACH_VISIT = frozenset({"layanan", "keperluan"})
#: visits on the screen of the staff
SHOWN = 10


@frozen
class GuestLine:
    """A visit as the staff see it in the list of a day."""

    at: datetime  #: in the office's zone
    name: str
    institution: str
    service: str  #: an id of `services.toml`


@frozen
class GuestDay:
    count: int
    newest: tuple[GuestLine, ...]


def can_keep(ctx: Context) -> bool:
    """Whether the actor writes other people down, instead of signing."""
    return access.may_do(ctx, "keep_guest_book")


def last_visit(ctx: Context) -> date | None:
    """The day of the actor's newest visit that is still in the book."""
    visit = guests.newest_of_person(ctx.session, ctx.person_id)
    return visit.day if visit is not None else None


def begun(ctx: Context) -> Draft | None:
    """The entry that the actor has begun and not sent."""
    unfinished = drafts.list_unfinished(ctx, FORM)
    return unfinished[0] if unfinished else None


def begin(ctx: Context) -> Draft:
    """A new entry instead of the one that was begun. A visitor who comes again says only what is new."""
    unsent = begun(ctx)
    if unsent is not None:
        drafts.discard(ctx, unsent, unsent.revision)
    return drafts.create(ctx, FORM, _known_answers(ctx))


def record(ctx: Context, draft: Draft) -> GuestVisit:
    """Enters the visit into the book. The draft keeps nothing of it. Raises `ActionRefused`."""
    is_recording = can_keep(ctx)
    if not is_recording and not daily_limits.may_sign_guest_book(ctx):
        raise ActionRefused(Text("Hari ini Anda sudah terlalu sering mengisi buku tamu. Silakan hubungi petugas."))
    on_path = {question.id for question in drafts.path(ctx, ctx.app.form(FORM, draft.version), draft)}
    answers = {name: value for name, value in draft.answers.items() if name in on_path}
    visit = GuestVisit(
        day=ctx.today,
        at=ctx.now,
        person_id=None if is_recording else ctx.person_id,
        recorded_by_id=ctx.person_id if is_recording else None,
        service=_option(answers, "layanan"),
    )
    guests.add(ctx.session, ctx.app.keys, visit, answers)
    drafts.close_without_answers(ctx, draft)
    return visit


def read_today(ctx: Context) -> GuestDay:
    """The visits of today, for the staff. Reading is recorded. Raises `ActionRefused` for anybody else."""
    access.require_staff(ctx, "keep_guest_book")
    found = guests.of_day(ctx.session, ctx.today, SHOWN)
    _record_reading(ctx, found)
    return GuestDay(guests.count_of_day(ctx.session, ctx.today), tuple(_line(ctx, visit) for visit in found))


def list_today(ctx: Context, service: str) -> list[tuple[int, GuestLine]]:
    """The newest visits of today for one service, with their ids. Reading is recorded. Raises `ActionRefused`."""
    access.require_staff(ctx, "keep_guest_book")
    found = guests.of_day(ctx.session, ctx.today, SHOWN, service)
    _record_reading(ctx, found)
    return [(visit.id, _line(ctx, visit)) for visit in found]


def read_visit(ctx: Context, visit_id: int) -> Mapping[str, Json]:
    """What a visitor answered; nothing when the visit is not there any more. Reading is recorded. Raises
    `ActionRefused`.
    """
    access.require_staff(ctx, "keep_guest_book")
    visit = ctx.session.get(GuestVisit, visit_id)
    if visit is None:
        return {}
    _record_reading(ctx, [visit])
    return guests.answers_of(ctx.app.keys, visit)


def _record_reading(ctx: Context, found: Sequence[GuestVisit]) -> None:
    if found:
        audit.record_staff(ctx, "read_guest_book", {"visits": [visit.id for visit in found]})


def _line(ctx: Context, visit: GuestVisit) -> GuestLine:
    answers = guests.answers_of(ctx.app.keys, visit)
    return GuestLine(
        visit.at.astimezone(ctx.office.zone),
        str(answers.get("nama") or ""),
        str(answers.get("instansi") or ""),
        visit.service,
    )


def _known_answers(ctx: Context) -> dict[str, Json]:
    """Of the visit before; else the name of somebody who is registered. Officers write down somebody else."""
    if can_keep(ctx):
        return {}
    visit = guests.newest_of_person(ctx.session, ctx.person_id)
    if visit is None:
        return {"nama": ctx.actor.name} if ctx.actor.name else {}
    answers = guests.answers_of(ctx.app.keys, visit)
    return {name: value for name, value in answers.items() if name not in OF_EACH_VISIT}


def _option(answers: Mapping[str, Json], question_id: str) -> str:
    return ", ".join(chosen(answers.get(question_id)))
