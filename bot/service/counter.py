"""The counter: officers record the forms of visitors who came to the office.

Source: SK 66/BPS/Tahun 2023, walk-in step 8. The form belongs to the visitor. Officers fill it in with a context of the
visitor, in which they have no role, so nothing that an officer may do is done in it. The audit names the officer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from bot.actions.counter import VisitorSource
from bot.service import access, audit, drafts, guest_book, officers, people, queue_desk
from bot.service.access import ActionRefused
from bot.service.context import Context, LoadedRows
from bot.service.people import ProvenMailbox
from domain.form.definition import Value, chosen
from domain.form.loading import COUNTER_VISITOR, REQUEST_FORM
from domain.frozen import frozen
from domain.text import Json, Text
from storage import applications, counter, guests
from storage import people as people_rows
from storage.tables import Application, CounterRecord, Draft, Person

FORM = COUNTER_VISITOR
#: the service of the desk whose visitors bring forms
SERVICE = "rekomendasi"
PAGE = 6
#: what both forms ask, or what the guest book calls otherwise: question here → question there
_FROM_GUEST_BOOK = {"nama": "nama", "instansi": "instansi", "telepon_seluler": "telepon", "email": "email"}
_GONE = Text("Catatan loket itu tidak ada.")
TAKEN_OVER = Text("Pengunjung sudah mengambil alih isian ini di percakapannya sendiri.")


@frozen
class RecordView:
    """What officers see of one record."""

    record: CounterRecord
    visitor: Person
    draft: Draft
    application: Application | None


def can_record(ctx: Context) -> bool:
    return access.may_do(ctx, "record_for_visitor")


def context_for_draft(ctx: Context, draft_id: int) -> Context:
    """The context of the visitor whose draft this is, where the actor may record it; else `ctx` itself."""
    record = counter.of_draft(ctx.session, draft_id) if ctx.recorder_id is None else None
    if record is None or record.taken_over_at is not None or not can_record(ctx):
        return ctx
    return _context_of_visitor(ctx, record.person_id)


def open_draft(ctx: Context, draft_id: int) -> tuple[Context, Draft] | None:
    """A draft that the actor may change, their own or a visitor's, with the context of its owner; locked. Who is no
    officer any more opens nothing that they wrote about a visitor.
    """
    draft = drafts.get_mine(ctx, draft_id)
    if draft is not None:
        return (ctx, draft) if draft.form != FORM or can_record(ctx) else None
    acting = context_for_draft(ctx, draft_id)
    draft = drafts.get_mine(acting, draft_id) if acting is not ctx else None
    return (acting, draft) if draft is not None else None


def may_change(ctx: Context, draft: Draft) -> bool:
    """Whether the draft is the actor's own, or one that the actor may record."""
    return draft.person_id == context_of_owner(ctx, draft).person_id


def context_of_owner(ctx: Context, draft: Draft) -> Context:
    """Asks nothing of the database for a draft of the actor."""
    return ctx if draft.person_id == ctx.person_id else context_for_draft(ctx, draft.id)


def visitor_context(ctx: Context, record: CounterRecord) -> Context:
    """Raises `ActionRefused`."""
    access.require_staff(ctx, "record_for_visitor")
    if record.taken_over_at is not None:
        raise ActionRefused(TAKEN_OVER)
    return _context_of_visitor(ctx, record.person_id)


def _context_of_visitor(ctx: Context, person_id: int) -> Context:
    """An officer's messages are no messages of the visitor, so editing one later changes nothing."""
    visitor = people_rows.get(ctx.session, person_id)
    return replace(ctx, loaded=LoadedRows(actor=visitor), recorder_id=ctx.person_id, message_key="")


def begin(ctx: Context, source: VisitorSource, row_id: int) -> Draft:
    """The form about a visitor who has agreed. It replaces one that was begun and not sent. Raises `ActionRefused`."""
    access.require_staff(ctx, "record_for_visitor")
    for unsent in (*drafts.list_unfinished(ctx, FORM), *drafts.list_locked(ctx, FORM)):
        drafts.discard(ctx, unsent, unsent.revision)
    return drafts.create(ctx, FORM, _known_answers(ctx, source, row_id))


def _known_answers(ctx: Context, source: VisitorSource, row_id: int) -> dict[str, Json]:
    match source:
        case "visit":
            return _of_visit(guest_book.read_visit(ctx, row_id))
        case "number":
            ticket = queue_desk.called_by_actor(ctx, row_id)
            return _of_visitor(ctx, ticket.person_id) if ticket.person_id is not None else {}
    return {}


def _of_visitor(ctx: Context, person_id: int) -> dict[str, Json]:
    """What somebody has registered, and else what they have written into the guest book."""
    person, visit = people_rows.get(ctx.session, person_id), guests.newest_of_person(ctx.session, person_id)
    written = _of_visit(guest_book.read_visit(ctx, visit.id)) if visit is not None else {}
    if person.registered_at is None:
        return written
    audit.record(ctx, person, "read_record", after={"source": "number"})
    registered: dict[str, Json] = {
        "nama": person.name,
        "instansi": person.institution,
        "jabatan": person.position,
        "telepon_seluler": person.phone,
        "email": person.email,
    }
    return {**written, **{name: value for name, value in registered.items() if value}, "punya_email": "ya"}


def _of_visit(answers: Mapping[str, Json]) -> dict[str, Json]:
    known = {here: answers[there] for here, there in _FROM_GUEST_BOOK.items() if answers.get(there)}
    return {**known, **({"punya_email": "ya"} if "email" in known else {})}


def record(ctx: Context, draft: Draft, proven: ProvenMailbox | None) -> CounterRecord:
    """Begins the form of the visitor whom the draft is about. Whoever has proven this mailbox before is the same
    person, whose own data stay. `proven`: by the code that the visitor read out; `None`: the draft says why there is no
    e-mail. Raises `ActionRefused`.
    """
    access.require_staff(ctx, "record_for_visitor")
    answers = _answers(ctx, draft)
    if answers.get("email") != (proven.email if proven else None):
        raise ActionRefused(Text("Alamat e-mail di isian berbeda dengan alamat yang menerima kode."))
    known = people_rows.find_by_email(ctx.session, proven.email) if proven is not None else None
    if known is not None and known.id == ctx.person_id:
        raise ActionRefused(Text("Itu e-mail Anda sendiri. Untuk permohonan Anda sendiri, pilih Ajukan permohonan."))
    visitor = known or people_rows.create(ctx.session, ctx.now)
    acting = _context_of_visitor(ctx, visitor.id)
    if known is None:
        _fill(acting, answers, proven)
    form = drafts.create(acting, REQUEST_FORM, _known_of_form(ctx, visitor))
    reason = ", ".join(chosen(answers.get("alasan_tanpa_email")))
    begun = CounterRecord(
        officer_id=ctx.person_id,
        person_id=visitor.id,
        draft_id=form.id,
        no_email_reason=reason,
        created_at=ctx.now,
    )
    ctx.session.add(begun)
    ctx.session.flush()
    card = ", ".join(chosen(answers["identitas_jenis"]))
    seen: dict[str, Json] = {"record": begun.id, "card_seen": card, "consent": True}
    audit.record(acting, visitor, "record", after={**seen, "email": "proven" if proven else reason})
    drafts.close_without_answers(ctx, draft)
    return begun


def _known_of_form(ctx: Context, visitor: Person) -> dict[str, Value]:
    """What follows from being eligible here, as the officer has made sure; what differs between those is asked."""
    known: dict[str, Value] = {"instansi_penyelenggara": visitor.institution}
    for question in (ctx.app.eligibility.who, ctx.app.eligibility.level):
        eligible = [choice.answers for choice in question.choices if choice.outcome == "eligible"]
        known |= {name: value for name, value in eligible[0].items() if all(a.get(name) == value for a in eligible)}
    return known


def _fill(acting: Context, answers: Mapping[str, Json], proven: ProvenMailbox | None) -> None:
    acting.actor.consent_at = acting.now
    if proven is not None:
        people.register(acting, answers, proven)
        return
    people.fill(acting.actor, answers)


def _answers(ctx: Context, draft: Draft) -> dict[str, Json]:
    on_path = {question.id for question in drafts.path(ctx, ctx.app.form(FORM, draft.version), draft)}
    return {name: value for name, value in draft.answers.items() if name in on_path}


def list_records(ctx: Context, below: int) -> tuple[list[RecordView], bool]:
    """One page of the records that no visitor has taken over, the newest first, and whether another page follows. It
    names the visitors, so reading is recorded. Raises `ActionRefused`.
    """
    access.require_staff(ctx, "record_for_visitor")
    found = counter.page(ctx.session, below, PAGE)
    views = [RecordView(*each) for each in found[:PAGE]]
    if views:
        audit.record_staff(ctx, "list_records", {"records": [view.record.id for view in views]})
    return views, len(found) > PAGE


def open_record(ctx: Context, record_id: int) -> RecordView:
    """Locked. Raises `ActionRefused`."""
    access.require_staff(ctx, "record_for_visitor")
    found = counter.lock(ctx.session, record_id)
    if found is None:
        raise ActionRefused(_GONE)
    if found.taken_over_at is not None:
        raise ActionRefused(TAKEN_OVER)
    return _view(ctx, found)


def read_record(ctx: Context, record_id: int) -> RecordView:
    """The same for a screen that shows who the visitor is. The reading is recorded."""
    view = open_record(ctx, record_id)
    acting = _context_of_visitor(ctx, view.visitor.id)
    audit.record(acting, view.visitor, "read_record", after={"record": record_id})
    return view


def _view(ctx: Context, record: CounterRecord) -> RecordView:
    return RecordView(
        record,
        people_rows.get(ctx.session, record.person_id),
        ctx.session.get_one(Draft, record.draft_id),
        applications.find_of_draft(ctx.session, record.draft_id),
    )


Stage = Literal["filling", "revising", "sent"]


def stage_of(view: RecordView) -> Stage:
    if view.draft.state == "revising":
        return "revising"
    return "filling" if view.application is None else "sent"


def missing(ctx: Context, view: RecordView) -> Sequence[str]:
    """Codes of the questions that have no answer yet."""
    path = drafts.path(ctx, ctx.app.form(view.draft.form, view.draft.version), view.draft)
    return [q.code for q in path if q.id not in view.draft.answers or q.id in view.draft.refill]


def record_id_of(ctx: Context, draft: Draft) -> int:
    """Raises `ActionRefused` where nobody records the draft."""
    found = counter.of_draft(ctx.session, draft.id)
    if found is None:
        raise ActionRefused(_GONE)
    return found.id


def recorder_name(ctx: Context, view: RecordView) -> str:
    return officers.name_of(ctx, view.record.officer_id)
