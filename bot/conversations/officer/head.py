"""The head of one application: how it stands, and what its reader can do with it now, the most useful first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.conversations.officer import sections
from bot.service import access, cases, revisions
from bot.service.cases import VERDICTS
from bot.service.context import Context
from bot.service.wording import STATUSES, days_left, holder_of, status_name, told_last
from domain.form.definition import Form
from domain.lifecycle import WITHOUT_RESULT
from domain.permissions import Act
from domain.text import Text, excerpt, lines, paragraphs, verbatim
from storage.tables import Application, Note, Remark

NAME = "case"
#: internal notes on the screen; the history has them all
LATEST_NOTES = 3
#: letters of a remark or a note; the whole is a tap away
MOST = 120
WITH_LETTER = {"letter_drafted", "awaiting_issue"}


@dataclass(frozen=True, slots=True)
class Button:
    """Shown to those who may `act`; `when` names a condition of the moment, see `_moment`."""

    tap: str  #: "<conversation>:<tap>"
    act: Act
    label: Text
    when: str = ""


READ = Button("examine:block", "read", Text(""))  #: its label is the block that comes next

#: status → the buttons of the moment, the next useful one first
BUTTONS: Mapping[str, tuple[Button, ...]] = {
    "submitted": (Button("case:claim", "claim", Text("Ambil permohonan")), READ),
    "under_review": (
        Button("remark:open", "remark", Text("Periksa perbaikan"), "answered"),
        READ,
        Button("remark:which", "remark", Text("Tulis catatan")),
        Button("case:revision", "request_revision", Text("Minta perbaikan"), "remarked"),
        Button("verdict:fine", "decide", Text("Semua baik"), "clean"),
        Button("verdict:decide", "decide", Text("Putuskan")),
        Button("remark:open", "remark", Text("Kelola catatan"), "unanswered"),
        Button("case:note", "note", Text("Catatan internal")),
        Button("case:release", "release", Text("Lepaskan")),
        Button("case:over", "hand_over", Text("Ambil alih"), "elsewhere"),
    ),
    "revision_requested": (Button("case:silent", "expire", Text("Nyatakan kedaluwarsa"), "silent"), READ),
    "letter_drafted": (
        Button("case:send", "send_to_director", Text("Kirim ke direktur")),
        Button("case:letter", "read", Text("Lihat konsep surat")),
        Button("letter:edit", "edit_letter", Text("Ubah isi surat")),
        Button("letter:reopen", "reopen", Text("Periksa lagi")),
        Button("case:over", "hand_over", Text("Ambil alih"), "elsewhere"),
        READ,
    ),
    "awaiting_issue": (
        Button("case:letter", "read", Text("Lihat konsep surat")),
        Button("verdict:issue", "issue", Text("Terbitkan")),
        Button("verdict:back", "send_back", Text("Kembalikan")),
        Button("upload:start", "issue_by_upload", Text("Catat surat terbit")),
        READ,
    ),
    "issued": (Button("case:letter", "read", Text("Lihat surat")), READ),
    "closed": (Button("case:letter", "read", Text("Lihat surat")), READ),
    "withdrawn": (READ,),
    "expired": (READ,),
}


def show(state: DialogueState, ctx: Context, number: int, notice: Text | None = None, after: str = "") -> Turn:
    """`after`: the block that was read last; the next one is offered. Raises `ActionRefused`."""
    application = cases.open_case(ctx, number)
    remarks = cases.remarks(ctx, application, "open", "answered") if application.status in WITHOUT_RESULT else ()
    text = paragraphs(
        notice,
        lines(
            verbatim(application.number),
            Text("“%(title)s”", title=application.title),
            verbatim(application.organiser),
        ),
        _standing(ctx, application),
        _letter(application) if application.status in WITH_LETTER else None,
        _remarks(form_of(ctx, application), remarks),
        _notes(ctx, cases.notes(ctx, application)),
    )
    ways = (
        Choice(f"history:page:{number}", Text("Riwayat"), nav=True),
        Choice("inbox:start", Text("Semua berkas"), nav=True),
    )
    choices = _choices(ctx, application, remarks, after)
    return turn(state.at(NAME, application=number), Prompt(text, (*choices, *ways)))


def letter_choices(ctx: Context, application: Application) -> tuple[Choice, ...]:
    """What can be done with the letter that is on the screen."""
    seen = f"{NAME}:letter:{application.id}"
    return tuple(choice for choice in _choices(ctx, application, (), "") if choice.value != seen)


def form_of(ctx: Context, application: Application) -> Form:
    return ctx.app.form(application.form, application.version)


def code_of(form: Form, remark: Remark) -> str:
    return form.questions[remark.question].code


def numbered(heading: Text, items: Sequence[object]) -> Text | None:
    """Grounds, or what is to be heeded, as the letter numbers them."""
    if not items:
        return None
    return lines(heading, *(verbatim(f"{n}. {item}") for n, item in enumerate(items, 1)))


def _standing(ctx: Context, application: Application) -> Text:
    holder = holder_of(ctx, application) if application.status in STATUSES else None
    letter = cases.letter(ctx, application) if application.status in {"issued", "closed"} else None
    waiting = application.status in WITHOUT_RESULT
    sent_back = application.director_note if application.status not in {"issued", "closed"} else ""
    return lines(
        Text("Status: %(status)s", status=status_name(application.status)),
        Text("Janji hasil: %(day)s, %(left)s", day=application.due_on, left=days_left(ctx, application))
        if waiting
        else None,
        _days(ctx, application) if waiting else None,
        Text("Putaran: %(round)s", round=application.round) if application.round > 1 else None,
        Text("Dipegang oleh: %(name)s", name=holder) if holder else None,
        Text("Putusan: %(verdict)s", verdict=VERDICTS[application.verdict]) if application.verdict else None,
        Text("Catatan direktur: %(note)s", note=sent_back) if sent_back else None,
        Text("Nomor surat: %(number)s", number=letter.number or "") if letter else None,
        Text("Identitas rekomendasi: %(identity)s", identity=letter.identity) if letter and letter.identity else None,
        told_last(ctx, application),
    )


def _days(ctx: Context, application: Application) -> Text | None:
    """How long it takes in all, and of that on the applicant's side."""
    days = revisions.days(ctx, application) if application.returned_at else None
    if days is None or not days.with_applicant:
        return None
    return Text(
        "Berjalan: %(all)s hari kerja, %(waiting)s di antaranya menunggu pemohon",
        all=days.all,
        waiting=days.with_applicant,
    )


def _letter(application: Application) -> Text:
    return paragraphs(
        numbered(Text("Alasan:"), application.grounds), numbered(Text("Perlu diperhatikan:"), application.heed)
    )


def _remarks(form: Form, remarks: Sequence[Remark]) -> Text | None:
    if not remarks:
        return None
    rows = (
        Text("• %(code)s: %(text)s", code=code_of(form, row), text=excerpt(row.text, MOST))
        if row.state == "open"
        else Text("• %(code)s: %(text)s (sudah dijawab)", code=code_of(form, row), text=excerpt(row.text, MOST))
        for row in remarks
    )
    return lines(Text("Catatan terbuka:"), *rows)


def _notes(ctx: Context, notes: Sequence[Note]) -> Text | None:
    if not notes:
        return None
    latest = notes[-LATEST_NOTES:]
    names = cases.names(ctx, (note.author_id for note in latest))
    rows = (verbatim(f"• {names[note.author_id]}: {excerpt(note.text, MOST)}") for note in latest)
    return lines(Text("Catatan internal:"), *rows)


def _buttons(ctx: Context, application: Application, remarks: Sequence[Remark]) -> list[Button]:
    now = _moment(ctx, application, {row.state for row in remarks})
    return [
        button
        for button in BUTTONS[application.status]
        if (not button.when or button.when in now) and access.can(ctx, application, button.act)
    ]


def _moment(ctx: Context, application: Application, remarks: Collection[str]) -> set[str]:
    """The conditions of `Button.when` that hold."""
    holds = {
        "answered": "answered" in remarks,
        "unanswered": "open" in remarks and "answered" not in remarks,
        "remarked": bool(remarks),
        "clean": not remarks,
        "elsewhere": application.officer_id != ctx.actor.id,
        "silent": revisions.silent_too_long(ctx, application),
    }
    return {name for name, holding in holds.items() if holding}


def _choices(ctx: Context, application: Application, remarks: Sequence[Remark], after: str) -> tuple[Choice, ...]:
    return tuple(_choice(ctx, application, button, after) for button in _buttons(ctx, application, remarks))


def _choice(ctx: Context, application: Application, button: Button, after: str) -> Choice:
    if button is READ:
        return sections.next_choice(ctx, application, after)
    return Choice(f"{button.tap}:{application.id}", button.label)
