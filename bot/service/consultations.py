"""What people do with consultations: ask in writing, ask again, end, rate. Advice without a letter is the first product
of the service standard (SK 66/BPS/Tahun 2023); the office sets the days (`[consultations]` in its profile).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from bot.service import attachments, audit, consultation_notices, daily_limits, ratings, threads
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.consultations import NUMBER
from domain.frozen import frozen
from domain.numbers import application_number
from domain.pages import ListPage, Place
from domain.text import Text
from storage import consultations
from storage import threads as rows
from storage.number_series import next_number
from storage.tables import Consultation, File

PAGE = 6
#: messages of one consultation on a screen
SHOWN = 20

NOT_OPEN = Text("Konsultasi itu tidak dapat Anda buka.")
CLOSED = Text("Konsultasi itu sudah selesai. Silakan mulai konsultasi baru.")
_TOO_MANY = Text(
    "Hari ini pertanyaan konsultasi sudah terlalu banyak, jadi yang ini belum kami catat. Silakan kirim lagi besok."
)


@frozen
class AskedConsultation:
    consultation: Consultation
    has_reader: bool  #: somebody of the staff who may answer was told


def ask(ctx: Context, words: str, file_ids: Collection[int] = ()) -> AskedConsultation:
    """Raises `ActionRefused` when there are too many on this day."""
    _count(ctx)
    year = ctx.today.year
    consultation = Consultation(
        number=application_number(NUMBER, year, next_number(ctx.session, f"consultation/{year}")),
        person_id=ctx.actor.id,
        state="open",
        created_at=ctx.now,
        due_on=_promised_day(ctx),
        changed_at=ctx.now,
    )
    ctx.session.add(consultation)
    ctx.session.flush()
    _keep(ctx, consultation, words, file_ids)
    record(ctx, consultation, "consult")
    return AskedConsultation(consultation, consultation_notices.tell_of_new(ctx, consultation))


def ask_more(ctx: Context, consultation_id: int, words: str, file_ids: Collection[int] = ()) -> AskedConsultation:
    """After an answer the days count anew; what is added before keeps the promised day. Raises `ActionRefused`."""
    consultation = get_mine(ctx, consultation_id)
    if consultation.state == "closed":
        raise ActionRefused(CLOSED)
    _count(ctx)
    if consultation.state == "answered":
        consultation.state, consultation.changed_at, consultation.due_on = "open", ctx.now, _promised_day(ctx)
    _keep(ctx, consultation, words, file_ids)
    record(ctx, consultation, "consult_more")
    return AskedConsultation(consultation, consultation_notices.tell_of_more(ctx, consultation))


def list_mine(ctx: Context, start: Place | int) -> ListPage[Consultation]:
    """One page, the newest first."""
    return consultations.page_of_person(ctx.session, ctx.person_id, start, PAGE)


def count_mine(ctx: Context) -> int:
    """Those of the actor that are not closed."""
    return consultations.count_of_person(ctx.session, ctx.person_id)


def find_mine(ctx: Context, number: str) -> int | None:
    """The id of the actor's consultation with this number."""
    found = consultations.by_number(ctx.session, number)
    return found.id if found is not None and found.person_id == ctx.person_id else None


def get_mine(ctx: Context, consultation_id: int) -> Consultation:
    """Locked. Raises `ActionRefused` for one of somebody else, in the same words as for none."""
    consultation = consultations.lock(ctx.session, consultation_id)
    if consultation is None or consultation.person_id != ctx.person_id:
        raise ActionRefused(NOT_OPEN)
    return consultation


def is_mine(ctx: Context, consultation_id: int) -> bool:
    found = consultations.get(ctx.session, consultation_id)
    return found is not None and found.person_id == ctx.person_id


def transcript(ctx: Context, consultation: Consultation, asker: str | Text) -> Text:
    """The caller has opened it."""
    return threads.transcript(ctx, consultation, asker, SHOWN)


def files_in(ctx: Context, consultation: Consultation) -> Sequence[File]:
    """What both sides have sent. The caller has opened it."""
    return rows.files_in(ctx.session, consultation)


def file_of_mine(ctx: Context, consultation_id: int, file_id: int) -> File:
    """A file that either side has sent. Raises `ActionRefused`."""
    consultation = get_mine(ctx, consultation_id)
    return attachments.copy_for(ctx, file_in(ctx, consultation, file_id), ctx.person_id)


def file_in(ctx: Context, consultation: Consultation, file_id: int) -> File:
    found = next((file for file in files_in(ctx, consultation) if file.id == file_id), None)
    if found is None:
        raise ActionRefused(Text("Berkas itu sudah dihapus."))
    return found


def end(ctx: Context, consultation_id: int) -> bool:
    """Its writer needs no more. False when it waits for an answer, or is closed already."""
    consultation = get_mine(ctx, consultation_id)
    if consultation.state != "answered":
        return False
    close(ctx, consultation)
    return True


def close(ctx: Context, consultation: Consultation, *, by_system: bool = False) -> None:
    consultation.state, consultation.changed_at = "closed", ctx.now
    ctx.session.flush()
    record(ctx, consultation, "close", by_system=by_system)


def rate(ctx: Context, consultation_id: int, stars: int) -> bool:
    """One to five stars, once it is closed; they may be changed for 7 days."""
    consultation = get_mine(ctx, consultation_id)
    if consultation.state != "closed" or _is_final(ctx, consultation) or not 1 <= stars <= 5:
        return False
    consultation.stars = stars
    ctx.session.flush()
    audit.record(ctx, consultation, "rate", after={"stars": stars})
    return True


def comment(ctx: Context, consultation_id: int, words: str) -> bool:
    """Adds a comment to the stars. The audit says that there is one, not what it says."""
    consultation = get_mine(ctx, consultation_id)
    if consultation.stars is None or _is_final(ctx, consultation):
        return False
    consultation.comment = words
    ctx.session.flush()
    audit.record(ctx, consultation, "rate", after={"commented": True})
    return True


def _is_final(ctx: Context, consultation: Consultation) -> bool:
    return ctx.now > consultation.changed_at + ratings.CHANGEABLE_FOR


def record(ctx: Context, consultation: Consultation, act: str, *, by_system: bool = False) -> None:
    audit.record(ctx, consultation, act, after={"state": consultation.state}, by_system=by_system)


def add(ctx: Context, consultation: Consultation, officer_id: int | None, words: str, files: Sequence[File]) -> None:
    """One message for the words, one for each file."""
    keys = ctx.app.keys
    rows.add_message(ctx.session, keys, consultation, officer_id, ctx.now, words, None)
    for file in files:
        rows.add_message(ctx.session, keys, consultation, officer_id, ctx.now, f"[{file.name}]", file.id)


def _keep(ctx: Context, consultation: Consultation, words: str, file_ids: Collection[int]) -> None:
    add(ctx, consultation, None, words, attachments.send(ctx, file_ids))


def _count(ctx: Context) -> None:
    if not daily_limits.may_consult(ctx):
        raise ActionRefused(_TOO_MANY)


def _promised_day(ctx: Context) -> date:
    return ctx.office.calendar.deadline(ctx.today, ctx.office.consultations.answer_days).day
