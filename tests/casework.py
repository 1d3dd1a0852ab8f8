"""Applications in any status, made through the use cases, without conversations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.chat import IncomingFile, Turn
from bot.service import applications, cases, decisions, drafts, officers, ratings, remarks, revisions, signed_letters
from bot.service.context import Context, context_at
from bot.service.letters import issue_by_upload
from domain.form.definition import Value
from domain.letter_check import LetterReading, PdfSignature
from domain.lifecycle import Status
from domain.permissions import Role
from storage import file_records, letters, people, section_reviews
from storage.audit_check import verify
from storage.tables import Address, Application, AuditLine, Draft
from tests.talk import Talk, World
from tests.unit.check_cases import SURVEY

Result = TypeVar("Result")

FORM = "recommendation_request"
APPLICANT, OFFICER, OTHER_OFFICER, HEAD, DIRECTOR = "pemohon", "siti", "rahmat", "kepala", "direktur"
STAFF: Mapping[str, Role] = {OFFICER: "officer", OTHER_OFFICER: "officer", HEAD: "head", DIRECTOR: "director"}
AFTER_SILENCE = timedelta(days=200)


def context_of(world: World, session: Session, who: str, now: datetime | None = None) -> Context:
    """The context of a message from `who`; a new person is registered at once."""
    moment = now or world.now
    address = people.get_or_create_address(session, *world.found_at.get(who, ("console", who)), "id", moment)
    person = people.get(session, address.person_id)
    if person.email_proven_at is None:
        person.name, person.institution = who.title(), "Dinas Kesehatan Kabupaten Jeneponto"
        person.email = person.mailbox = f"{who}@example.go.id"
        person.email_proven_at = person.registered_at = moment
        session.flush()
    return context_at(session, world.process.app, moment, address)


def do(world: World, who: str, act: Callable[[Context], Result], now: datetime | None = None) -> Result:
    """Runs one unit of work of one person."""
    return world.process.units.write_now(lambda session: act(context_of(world, session, who, now)))


def on(application_id: int, act: Callable[[Context, Application], Result]) -> Callable[[Context], Result]:
    """Opens the application first, as an officer does."""
    return lambda ctx: act(ctx, cases.open_case(ctx, application_id))


def staffed(world: World) -> World:
    """Everybody joins in one unit of work: this is how most tests begin."""

    def join_all(session: Session) -> None:
        for name, role in STAFF.items():
            _join(world, session, name, role)

    world.process.units.write_now(join_all)
    return world


def join(world: World, name: str, role: Role) -> None:
    world.process.units.write_now(lambda session: _join(world, session, name, role))


def _join(world: World, session: Session, name: str, role: Role) -> None:
    code = officers.invite(session, world.process.app.keys, role, name.title(), world.now)
    assert officers.join(context_of(world, session, name), code) == "joined"


def submitted(world: World, who: str = APPLICANT, changes: Mapping[str, Value] | None = None) -> int:
    """A complete application. `changes`: answers that differ from a survey without findings."""

    def apply(ctx: Context) -> int:
        done = applications.submit(ctx, _filled(ctx, {**SURVEY, **(changes or {})}))
        assert isinstance(done, Application), done
        return done.id

    return do(world, who, apply)


def half_filled(world: World, *left: str, who: str = APPLICANT) -> None:
    """A draft of the same survey. `left`: questions without an answer."""
    known = {name: value for name, value in SURVEY.items() if name not in left}
    do(world, who, lambda ctx: _filled(ctx, known, left))


def _filled(ctx: Context, known: Mapping[str, Value], left: Collection[str] = ()) -> Draft:
    draft = drafts.create(ctx, FORM, known)
    path = drafts.whole_path(ctx, ctx.app.form(FORM), draft)
    missing: dict[str, Value] = {q.id: _plain(q.id) for q in path if q.id not in {*draft.answers, *left}}
    draft.answers = {**draft.answers, **missing}
    return draft


def _plain(question: str) -> Value:
    known: dict[str, Value] = {"telepon_instansi": "+6241921000", "email_instansi": "dinkes@example.go.id"}
    return known.get(question, "Jawaban" if question in {"latar_belakang", "tujuan"} else None)


def under_review(world: World, *remarks: str, changes: Mapping[str, Value] | None = None) -> int:
    """Assigned to the officer, with a remark on each of these questions. `changes`: as of `submitted`."""
    application_id = submitted(world, changes=changes)
    do(world, OFFICER, on(application_id, cases.claim))
    read_all(world, OFFICER)
    for question in remarks:
        remark(world, application_id, question)
    return application_id


def read_all(world: World, who: str, application_id: int | None = None) -> None:
    """`who` has opened every section of the application, or of the newest one, without an audit line."""

    def read(ctx: Context) -> None:
        newest = select(Application.id).order_by(Application.id.desc()).limit(1)
        opened = ctx.session.get_one(Application, application_id or ctx.session.scalars(newest).one())
        for section in ctx.app.form(opened.form, opened.version).sections:
            section_reviews.record(ctx.session, opened.id, ctx.actor.id, section.id, opened.round, ctx.now)

    do(world, who, read)


def remark(
    world: World, application_id: int, question: str, words: str = "Mohon dijelaskan.", who: str = OFFICER
) -> None:
    asked = world.process.app.form(FORM).questions[question]
    do(world, who, on(application_id, lambda ctx, case: remarks.add(ctx, case, asked, words)))


def revision_requested(world: World, *remarks: str) -> int:
    application_id = under_review(world, *(remarks or ("judul_kegiatan",)))
    do(world, OFFICER, on(application_id, revisions.request_revision))
    return application_id


def letter_drafted(world: World, verdict: str = cases.FEASIBLE, changes: Mapping[str, Value] | None = None) -> int:
    application_id = under_review(world, changes=changes)
    do(
        world,
        OFFICER,
        on(
            application_id,
            lambda ctx, case: decisions.decide(ctx, case, case.round, verdict, ["Rancangan memadai."], []),
        ),
    )
    stored = world.process.store.put(b"%PDF-1.7 konsep", "person/1")
    do(world, OFFICER, on(application_id, lambda ctx, case: drawn(ctx, case, stored, "person/1")))
    return application_id


def drawn(ctx: Context, application: Application, stored: str = "", owner: str = "") -> int:
    """The id of the newest letter, as if the worker had drawn it. `stored`: its object in the store."""
    letter = letters.newest(ctx.session, application.id)
    assert letter is not None
    if letter.file_id is None:
        stored = stored or f"{letter.id:064x}"
        file = file_records.add(ctx.session, application.person_id, stored, owner, "konsep.pdf", "pdf", 15, ctx.now)
        letter.state, letter.file_id = "ready", file.id
    return letter.id


def send(ctx: Context, application: Application) -> bool:
    """The officer has seen the newest letter, and sends it to the director."""
    return decisions.send_to_director(ctx, application, drawn(ctx, application))


def issue(ctx: Context, application: Application) -> None:
    """The director has seen the newest letter, and issues it."""
    decisions.issue(ctx, application, drawn(ctx, application))


def awaiting_issue(world: World, verdict: str = cases.FEASIBLE, changes: Mapping[str, Value] | None = None) -> int:
    application_id = letter_drafted(world, verdict, changes)
    do(world, OFFICER, on(application_id, send))
    return application_id


def issued(world: World, changes: Mapping[str, Value] | None = None) -> int:
    application_id = awaiting_issue(world, changes=changes)
    do(world, DIRECTOR, on(application_id, issue))
    return application_id


def signed_outside(world: World) -> IncomingFile:
    """A letter that was written and signed elsewhere, as it comes in."""
    stored = world.process.store.put(b"%PDF-1.7 ditandatangani", "person/1")
    signature = PdfSignature("Direktur", "ab" * 32, True, True, "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z")
    reading = LetterReading((), None, goes_on=False, same_pages=False, signatures=(signature,))
    return IncomingFile("surat.pdf", 24, "pdf", stored, "person/1", letter=reading)


def uploaded(world: World) -> int:
    """An application whose letter was signed outside."""
    application_id = awaiting_issue(world)
    pdf = signed_outside(world)

    def record(ctx: Context, application: Application) -> None:
        copy = signed_letters.take_recorded(ctx, application, pdf)
        issue_by_upload(ctx, application, drawn(ctx, application), "B-7/LUAR/2026", "V-26.7304.007", copy.file_id)

    do(world, OFFICER, on(application_id, record))
    return application_id


def closed(world: World) -> int:
    application_id = issued(world)
    assert do(world, APPLICANT, lambda ctx: ratings.rate(ctx, application_id, 5))
    return application_id


def withdrawn(world: World) -> int:
    application_id = submitted(world)
    assert do(world, APPLICANT, lambda ctx: withdraw(ctx, application_id))
    return application_id


def withdraw(ctx: Context, application_id: int) -> bool:
    application = applications.get_mine(ctx, application_id)
    return application is not None and applications.withdraw(ctx, application, application.round)


def expire(ctx: Context, application: Application) -> None:
    revisions.expire(ctx, application, application.round)


def reopen(ctx: Context, application: Application) -> None:
    decisions.reopen(ctx, application, drawn(ctx, application))


def send_back(ctx: Context, application: Application, words: str = "Perbaiki ejaan.") -> None:
    """The director has seen the newest letter, and returns it."""
    decisions.send_back(ctx, application, drawn(ctx, application), words)


def expired(world: World) -> int:
    application_id = revision_requested(world)
    do(world, OFFICER, on(application_id, expire), now=world.now + AFTER_SILENCE)
    return application_id


#: status → what brings an application there
REACH: Mapping[Status, Callable[[World], int]] = {
    "submitted": submitted,
    "under_review": lambda world: under_review(world, "judul_kegiatan"),
    "revision_requested": revision_requested,
    "letter_drafted": letter_drafted,
    "awaiting_issue": awaiting_issue,
    "issued": issued,
    "closed": closed,
    "withdrawn": withdrawn,
    "expired": expired,
}


def answer_again(world: World, application_id: int, **answers: Value) -> None:
    """The applicant changes these answers in the revision, and keeps the others that have a remark, with a reply."""

    def revise(ctx: Context) -> None:
        draft = draft_of(ctx.session, application_id)
        form = ctx.app.form(FORM)
        for question, value in answers.items():
            drafts.record(ctx, draft, form.questions[question], value)
        for question in draft.remarks:
            if question in draft.refill:
                drafts.keep_with_reply(ctx, draft, form.questions[question], "Sudah sesuai dengan pedoman.")

    do(world, APPLICANT, revise)


def resubmit(world: World, application_id: int) -> None:
    do(world, APPLICANT, lambda ctx: revisions.resubmit(ctx, draft_of(ctx.session, application_id)))


def draft_of(session: Session, application_id: int) -> Draft:
    return session.get_one(Draft, session.get_one(Application, application_id).draft_id)


def status(world: World, application_id: int) -> str:
    return world.process.units.write_now(lambda session: session.get_one(Application, application_id).status)


def acts(session: Session, application_id: int) -> list[str]:
    """The acts in the audit of an application, in order."""
    query = select(AuditLine.act).where(AuditLine.case == f"application/{application_id}")
    return list(session.scalars(query.order_by(AuditLine.number)))


def audited(world: World, application_id: int) -> list[str]:
    """The acts about one application that stand in the audit."""
    return world.process.units.write_now(lambda session: acts(session, application_id))


def audit_faults(world: World) -> list[str]:
    """What the verification of the audit names: broken chains, and rows that are not what their chain says."""
    process = world.process
    report = process.units.write_now(lambda session: verify(session, process.app.keys, process.settings.data_dir))
    return [*(f"{chain}: {number}" for chain, number in report.broken.items()), *report.differing]


def said(turn: Turn) -> str:
    return "\n".join(locales.say(prompt.text, "id") for prompt in turn.prompts)


@contextmanager
def tried(session: Session) -> Iterator[None]:
    """Undoes everything that is done inside."""
    point = session.begin_nested()
    try:
        yield
    finally:
        point.rollback()


def address_of(session: Session, who: str) -> Address:
    return cast("Address", people.find(session, "console", who))


def is_forbidden(talk: Talk) -> bool:
    """Whether the last answer says that a command or button is not for this person's role."""
    return any(words in talk.last for words in ("hanya untuk petugas", "tidak termasuk wewenang peran Anda"))
