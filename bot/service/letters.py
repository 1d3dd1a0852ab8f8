"""Letters of recommendation: asked for by use cases, drawn by the worker, sent when they are ready.

A letter is drawn from its frozen facts, outside of any transaction. Source: SK 66/BPS/Tahun 2023, step 7 online, step
11 at the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from bot.actions import code
from bot.actions.officer import ConfirmSending, LetterPart, LetterStep, SendSigned, SignLetter
from bot.chat import Attachment, Choice, Prompt
from bot.service import (
    buttons,
    cases,
    documents,
    letter_facts,
    notices,
    officers,
    register,
    results_reminders,
    step_up,
    transitions,
)
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.documents import StoredDocument
from bot.service.letter_facts import Registered, facts_of
from bot.service.ratings import star_buttons
from domain.catalogue import ISSUED, Entry
from domain.frozen import frozen
from domain.text import Json, Text, joined, paragraphs
from storage import (
    applications,
    catalogue,
    continuations,
    file_records,
    jobs,
    letters,
    number_series,
    people,
    signed_copies,
)
from storage import register as register_rows
from storage.tables import Application, File, Letter, Person, RegisterEntry
from storage.unit import Session

_PARTS: Mapping[LetterPart, Text] = {
    "signer": Text("nama dan jabatan penanda tangan"),
    "place": Text("tempat surat"),
    "to": Text("penerima surat"),
}


@frozen
class LetterRequest:
    """What the worker needs for drawing one letter."""

    facts: Mapping[str, Json]  #: of `letters.recommendation_facts.Recommendation`
    owner: str  #: for whom the file is encrypted


def request_draft(ctx: Context, application: Application) -> None:
    """Freezes the facts and lets the worker draw the letter."""
    _add(ctx, application, None)


def request_issued(ctx: Context, application: Application, number: str, identity: str) -> RegisterEntry:
    """The same for a letter that gets its number now: it enters the register. `identity`: may be empty."""
    registered = Registered(number, identity, register.new_code(), ctx.today)
    letter = _add(ctx, application, registered)
    return register.enter(ctx, application, letter, registered)


def named_signer(ctx: Context, entry: RegisterEntry) -> dict[str, Json] | None:
    """Whom the newest drawing of a letter names; of a letter that was signed outside nothing is known."""
    return cast("dict[str, Json] | None", ctx.session.get_one(Letter, entry.letter_id).facts.get("signer"))


def request_corrected(ctx: Context, application: Application, entry: RegisterEntry) -> None:
    """A new drawing of a letter that keeps its number, its code and its day."""
    registered = Registered(entry.number, entry.identity or "", entry.code, entry.day)
    entry.letter_id = _add(ctx, application, registered).id


def _add(ctx: Context, application: Application, registered: Registered | None) -> Letter:
    letter = letters.add(
        ctx.session,
        Letter(
            application_id=application.id,
            stage="issued" if registered else "draft",
            state="pending",
            facts=facts_of(ctx, application, registered),
            number=registered.number if registered else None,
            identity=registered.identity or None if registered else None,
            sha256="",
            created_at=ctx.now,
        ),
    )
    jobs.add(ctx.session, "letter", f"letter/{letter.id}", ctx.now, {"letter": letter.id, "address": ctx.address.id})
    return letter


def series_of_numbers(ctx: Context) -> str:
    """The name of this year's series of letter numbers."""
    return f"letter/{ctx.today.year}"


def check_complete(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` when the drawing would lack something. Asked before a number is used."""
    missing = [_PARTS[part] for part in letter_facts.missing_parts(ctx, application)]
    if missing:
        named = joined(", ", *missing)
        raise ActionRefused(Text("Surat belum dapat diterbitkan. Yang belum ada: %(missing)s.", missing=named))


def issue_by_upload(
    ctx: Context, application: Application, draft_id: int, number: str, identity: str, file_id: int
) -> None:
    """Records a letter that was signed outside, with the number printed on it; for offices whose director does not use
    the chat. `draft_id`: the letter that was the draft of it; raises `ActionRefused` for any but the newest one.
    `file_id`: a copy that `signed_letters.take_recorded` has taken.

    Raises `ActionRefused` for any other file, and for a number or identity of another letter.
    """
    transitions.check(ctx, application, "issue", act="issue_by_upload")
    step_up.require(ctx, "issue_by_upload")
    cases.check_seen(ctx, application, draft_id)
    copy = signed_copies.get(ctx.session, file_id)
    if copy is None or (copy.application_id, copy.letter_id) != (application.id, None):
        raise ActionRefused(Text("Berkasnya sudah diganti. Silakan kirim lagi suratnya."))
    number_series.lock(ctx.session, series_of_numbers(ctx))  # nobody takes the number meanwhile
    check_free(ctx, number, identity)
    named: dict[str, Json] = {
        "letter_number": number,
        "identity": identity,
        "uploaded": True,
        "certificate": copy.fingerprint,
    }
    transitions.move(ctx, application, "issue", act="issue_by_upload", also=named, issued_at=ctx.now)
    pdf = ctx.session.get_one(File, file_id)
    file = file_records.add(
        ctx.session, application.person_id, pdf.object, pdf.owner, _file_name(number), "pdf", pdf.size, ctx.now
    )
    letter = letters.add(
        ctx.session,
        Letter(
            application_id=application.id,
            stage="uploaded",
            state="ready",
            facts={"day": ctx.today.isoformat()},
            number=number,
            identity=identity or None,
            file_id=file.id,
            sha256="",
            created_at=ctx.now,
        ),
    )
    copy.letter_id = letter.id
    register.enter(ctx, application, letter, Registered(number, identity, register.new_code(), ctx.today))
    jobs.add(ctx.session, "delivery", f"delivery/{letter.id}", ctx.now, {"letter": letter.id})


def check_free(ctx: Context, number: str, identity: str) -> None:
    """Raises `ActionRefused`, which names the letter that has the number or the identity. Either may be empty."""
    taken = register_rows.holder(ctx.session, number, identity)
    if taken is None:
        return
    held_by = ctx.session.get_one(Application, taken.application_id).number
    if taken.number == number:
        raise ActionRefused(
            Text("Nomor %(number)s sudah dipakai surat untuk %(application)s.", number=number, application=held_by)
        )
    raise ActionRefused(
        Text(
            "Identitas %(identity)s sudah dipakai surat untuk %(application)s.", identity=identity, application=held_by
        )
    )


def request_of(session: Session, letter_id: int) -> LetterRequest:
    letter = session.get_one(Letter, letter_id)
    application = session.get_one(Application, letter.application_id)
    return LetterRequest(letter.facts, f"person/{application.person_id}")


def applicant_of(session: Session, letter_id: int) -> int:
    """The applicant's person id."""
    letter = session.get_one(Letter, letter_id)
    return session.get_one(Application, letter.application_id).person_id


def complete(ctx: Context, letter_id: int, document: StoredDocument) -> None:
    """The letter is drawn: stores its file, and sends it. A draft goes to the address of the officer who asked for it,
    an issued letter to the applicant, or first to the director who signs it outside of the service.
    """
    letter = ctx.session.get_one(Letter, letter_id)
    application = ctx.session.get_one(Application, letter.application_id)
    name = _file_name(letter.number or f"konsep-{application.number}")
    file = documents.add_file(ctx, application.person_id, document, name)
    letter.state, letter.file_id = "ready", file.id
    if letter.stage == "draft":
        _show_draft(ctx, application, letter, document, file.name)
    elif not _is_in_force(ctx, letter):
        return
    elif letter.facts.get("way") in _TO_SIGN:
        letter.state, letter.drawn_sha256 = letters.TO_SIGN, document.sha256
        _hand_out(ctx, application, letter, document)
    else:
        letter.sha256 = document.sha256
        _deliver(ctx, application, letter, file)


def _hand_out(ctx: Context, application: Application, letter: Letter, document: StoredDocument) -> None:
    """To the director who issued it, who signs it. Other directors find it in the case."""
    if officers.role(ctx) != "director":
        return  # revoked meanwhile
    own = documents.add_file(ctx, ctx.address.person_id, document, _file_name(letter.number or ""), application.id)
    text, signs = _TO_SIGN[str(letter.facts["way"])](application)
    shown = Prompt(text, (signs,), attachment=Attachment(own.id, own.name), reason="letter_to_sign")
    notices.queue(ctx, [ctx.address], shown, about=application)


def _to_sign_outside(application: Application) -> tuple[Text, Choice]:
    text = Text(
        "Surat untuk %(number)s siap ditandatangani. Pemohon menerimanya setelah hasil tanda tangannya Anda kirim.",
        number=application.number,
    )
    return text, Choice(code(SendSigned(application.id)), Text("Kirim hasil TTE"))


def _to_sign_with_bsre(application: Application) -> tuple[Text, Choice]:
    text = Text(
        "Surat untuk %(number)s siap ditandatangani melalui BSrE. Pemohon menerimanya setelah Anda menandatangani.",
        number=application.number,
    )
    return text, Choice(code(SignLetter(application.id)), Text("Tanda tangani"))


#: way → what the director is told of a letter that waits, and the button with which it is signed
_TO_SIGN: Mapping[str, Callable[[Application], tuple[Text, Choice]]] = {
    "outside": _to_sign_outside,
    "bsre": _to_sign_with_bsre,
}


def uploaded_file(session: Session, letter_id: int) -> tuple[str, str]:
    """Of a letter that was signed outside: its object in the store, and for whom it is encrypted."""
    file = session.get_one(File, session.get_one(Letter, letter_id).file_id)
    return file.object, file.owner


def deliver_uploaded(ctx: Context, letter_id: int, sha256: str) -> None:
    """Sends a letter that was signed outside. `sha256`: of its file."""
    letter = ctx.session.get_one(Letter, letter_id)
    letter.sha256 = sha256
    application = ctx.session.get_one(Application, letter.application_id)
    if _is_in_force(ctx, letter):
        _deliver(ctx, application, letter, ctx.session.get_one(File, letter.file_id))


def _is_in_force(ctx: Context, letter: Letter) -> bool:
    """False when it was corrected, replaced or revoked before it was sent."""
    entry = register_rows.of_letter(ctx.session, letter.id)
    return entry is not None and entry.state == "valid"


def _file_name(title: str) -> str:
    return f"surat-{title.replace('/', '-')}.pdf"


def _show_draft(ctx: Context, application: Application, letter: Letter, document: StoredDocument, name: str) -> None:
    if officers.role(ctx) == "applicant":
        return  # revoked meanwhile
    own = documents.add_file(ctx, ctx.address.person_id, document, name, application.id)
    text = Text("Konsep surat untuk %(number)s sudah siap.", number=application.number)
    shown = Prompt(
        text, _next_steps(ctx, application, letter), attachment=Attachment(own.id, own.name), reason="draft_letter"
    )
    notices.queue(ctx, [ctx.address], shown, about=application)


def _next_steps(ctx: Context, application: Application, letter: Letter) -> tuple[Choice, ...]:
    """What the officer can do with a draft; with an outdated one nothing."""
    newest = letters.newest(ctx.session, application.id)
    if application.status != "letter_drafted" or newest is not letter:
        return (buttons.open_case(application),)
    return (
        Choice(code(ConfirmSending(application.id, letter.id, application.round)), Text("Kirim ke direktur")),
        Choice(code(LetterStep("edit", application.id)), Text("Ubah isi surat")),
        buttons.open_case(application),
    )


def _deliver(ctx: Context, application: Application, letter: Letter, file: File) -> None:
    """To every conversation of the applicant and by e-mail; an approved activity also goes into the catalogue."""
    person = ctx.session.get_one(Person, application.person_id)
    issued = Text(
        "Surat untuk permohonan %(number)s sudah terbit, dengan nomor %(letter)s.",
        number=application.number,
        letter=letter.number or "",
    )
    attached, subject = Attachment(file.id, file.name), issued
    if letters.was_sent_before(ctx.session, letter):
        subject = Text("Surat nomor %(letter)s sudah kami perbaiki", letter=letter.number or "")
        issued = Text("Surat nomor %(letter)s sudah kami perbaiki. Gunakan yang terlampir.", letter=letter.number or "")
        in_chat = Prompt(issued, attachment=attached, reason="letter")
    else:
        rate = Text("Bagaimana layanan kami? Silakan beri 1 sampai 5 bintang.")
        stars = star_buttons("letter", application.id)
        in_chat = Prompt(paragraphs(issued, rate), stars, attachment=attached, reason="letter")
    chats = people.chat_addresses(ctx.session, person.id)
    mailed = paragraphs(issued, continuations.way_back(ctx.session, chats))
    mail = Prompt(mailed, subject=subject, attachment=attached, reason="letter")
    notices.queue(ctx, chats, in_chat, about=application)
    mailbox = notices.mailbox_of(ctx, person.id, chats)
    notices.queue(ctx, mailbox, mail, about=application)
    if not chats and not mailbox:
        notices.ask_to_telephone(ctx, application, issued)
    results_reminders.plan(ctx, application)
    if letter.identity:
        catalogue.load(ctx.session, [_catalogue_entry(ctx, application, letter)])


def _catalogue_entry(ctx: Context, application: Application, letter: Letter) -> Entry:
    """Dated as the letter is."""
    day = date.fromisoformat(str(letter.facts["day"]))
    office = ctx.office.office
    frozen = applications.submission(ctx.session, application.id, application.round)
    answers = frozen.answers if frozen else {}
    return Entry(
        title=application.title,
        organiser=application.organiser,
        year=int(str(answers.get("tahun_kegiatan", day.year))),
        region=office.district,
        region_code=office.area,
        method=str(answers.get("cara_pengumpulan_data", "")),
        recommendation_identity=letter.identity or "",
        letter_number=letter.number or "",
        letter_date=day,
        status=ISSUED,
        source=office.name,
        note="",
    )
