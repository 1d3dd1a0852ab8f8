"""The screen of one application: its status, and the buttons that its reader can use now, the most useful one first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from functools import partial
from typing import Literal

from bot.actions import Action, code
from bot.actions.examination import AskApplicant, ListInquiries, ShowApplicant, UndoHeldAct
from bot.actions.live_chat import ReadTalks
from bot.actions.officer import (
    CaseStep,
    CorrectionStep,
    LetterStep,
    ListRemarks,
    ListSections,
    OpenInbox,
    RecordIssue,
    SendSigned,
    ShowHistory,
    SignLetter,
    StartRemark,
    VerdictStep,
)
from bot.actions.romantik import ExportCase, RecordNumber
from bot.actions.staff import PickColleague
from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.conversations.officer.case_view import CaseView, next_section_choice, open_view
from bot.conversations.officer.letter_texts import numbered
from bot.conversations.similar_activities import SHOW, summary
from bot.conversations.state import stored_as, to_json
from bot.service import (
    access,
    applicants,
    assignments,
    cases,
    examination,
    held_acts,
    letter_signing,
    live_chats,
    papers,
    promises,
    register,
    remarks,
    revisions,
    romantik,
    signed_letters,
    similar_activities,
)
from bot.service.context import Context
from bot.service.wording import STATUSES, assigned_officer, days_left, last_notice, status_name
from domain.frozen import frozen
from domain.letter_check import VERDICTS
from domain.lifecycle import WITHOUT_RESULT
from domain.permissions import Act
from domain.text import Text, excerpt, joined, lines, paragraphs, verbatim
from storage.tables import Application, HeldAct, Note, Remark

NAME = "case"
#: how many internal notes the screen shows; the history shows all
LATEST_NOTES = 3
#: how many characters of a remark or a note the screen shows; one tap shows the whole text
EXCERPT_LENGTH = 120
WITH_DRAFT_LETTER = {"letter_drafted", "awaiting_issue"}

#: what a button may depend on besides status and permission, see `_conditions`
Condition = Literal[
    "",
    "answered",
    "unanswered",
    "remarked",
    "inquired",
    "talked",
    "all_clear",
    "unanswered_revision",
    "held_by_another",
    "can_give",
    "overdue_revision",
    "valid_letter",
    "accepted",
    "to_sign_outside",
    "to_sign_with_bsre",
    "translatable",
]


@frozen
class CaseState:
    """The state of a conversation about one application. `step`: the text that it waits for; empty: none."""

    application_id: int = field(metadata=stored_as("application"))
    step: str = ""


@frozen
class Button:
    """Shown to those who may do `act`, while `condition` holds."""

    action_of: Callable[[int], Action]  #: application id → what the button does
    act: Act
    label: Text
    condition: Condition = ""


#: opens the next section and names it: `_choice` builds its action and its label
READ = Button(ListSections, "read", Text(""))
SHOW_DRAFT = Button(partial(CaseStep, "letter"), "read", Text("Lihat konsep surat"))
SHOW_LETTER = Button(partial(CaseStep, "letter"), "read", Text("Lihat surat"))
SIGNATURES = (
    Button(SendSigned, "send_signed", Text("Kirim hasil TTE"), "to_sign_outside"),
    Button(SignLetter, "issue", letter_signing.LABEL, "to_sign_with_bsre"),
)
TAKE_OVER = Button(partial(CaseStep, "over"), "hand_over", Text("Ambil alih"), "held_by_another")
GIVE = Button(PickColleague, "hand_over", Text("Serahkan ke rekan"), "can_give")

TRANSLATE = Button(partial(CaseStep, "english"), "read", Text("Terjemahan Inggris"), "translatable")
NOTE_REMARKS = Button(partial(CaseStep, "remarks"), "read", Text("Catatan sebagai PDF"), "remarked")

CORRECTIONS = (
    Button(partial(CorrectionStep, "amend"), "amend_letter", Text("Perbaiki surat"), "valid_letter"),
    Button(partial(CorrectionStep, "replace"), "replace_letter", Text("Ganti surat"), "valid_letter"),
    Button(partial(CorrectionStep, "revoke"), "revoke_letter", Text("Cabut surat"), "valid_letter"),
)

ROMANTIK = (
    Button(ExportCase, "export_case", Text("Ekspor Romantik"), "accepted"),
    Button(RecordNumber, "export_case", Text("Sudah direkam"), "accepted"),
)

#: status → its buttons, the most useful one first
BUTTONS: Mapping[str, tuple[Button, ...]] = {
    "submitted": (Button(partial(CaseStep, "claim"), "claim", Text("Ambil permohonan")), READ),
    "under_review": (
        Button(ListRemarks, "remark", Text("Periksa perbaikan"), "answered"),
        READ,
        Button(StartRemark, "remark", Text("Tulis catatan")),
        Button(partial(CaseStep, "revision"), "request_revision", Text("Minta perbaikan"), "remarked"),
        Button(partial(VerdictStep, "fine"), "decide", Text("Semua baik"), "all_clear"),
        Button(partial(VerdictStep, "decide"), "decide", Text("Putuskan")),
        Button(AskApplicant, "inquire", Text("Tanya pemohon")),
        Button(ListInquiries, "read", Text("Pertanyaan & jawaban"), "inquired"),
        Button(ReadTalks, "read", Text("Percakapan"), "talked"),
        Button(ListRemarks, "remark", Text("Kelola catatan"), "unanswered"),
        Button(partial(CaseStep, "note"), "note", Text("Catatan internal")),
        Button(partial(CaseStep, "release"), "release", Text("Lepaskan")),
        TAKE_OVER,
        GIVE,
    ),
    "revision_requested": (
        Button(partial(CaseStep, "silent"), "expire", Text("Nyatakan kedaluwarsa"), "overdue_revision"),
        READ,
        NOTE_REMARKS,
        Button(partial(CaseStep, "retract"), "take_back", Text("Tarik permintaan"), "unanswered_revision"),
        TAKE_OVER,
        GIVE,
    ),
    "letter_drafted": (
        Button(partial(CaseStep, "send"), "send_to_director", Text("Kirim ke direktur")),
        SHOW_DRAFT,
        Button(partial(LetterStep, "edit"), "edit_letter", Text("Ubah isi surat")),
        Button(partial(LetterStep, "reopen"), "reopen", Text("Periksa lagi")),
        TAKE_OVER,
        GIVE,
        READ,
    ),
    "awaiting_issue": (
        SHOW_DRAFT,
        Button(partial(VerdictStep, "issue"), "issue", Text("Terbitkan")),
        Button(partial(VerdictStep, "back"), "send_back", Text("Kembalikan")),
        Button(RecordIssue, "issue_by_upload", Text("Catat surat terbit")),
        READ,
    ),
    "issued": (*SIGNATURES, SHOW_LETTER, TRANSLATE, *CORRECTIONS, *ROMANTIK, READ),
    "closed": (*SIGNATURES, SHOW_LETTER, TRANSLATE, *CORRECTIONS, *ROMANTIK, READ),
    "withdrawn": (READ,),
    "expired": (READ,),
}


def clear_sections(codes: str) -> Text:
    return Text("Blok yang jelas: %(codes)s", codes=codes)


def unread_sections(codes: str) -> Text:
    return Text("Blok yang belum Anda buka: %(codes)s", codes=codes)


def show(
    state: DialogueState, ctx: Context, application_id: int, notice: Text | None = None, read_section: str = ""
) -> Turn:
    """`read_section`: the section that was read last; the screen offers the next one. Raises `ActionRefused`."""
    view = open_view(ctx, application_id)
    application = view.application
    examined = application.status in WITHOUT_RESULT
    unclosed = view.unclosed_remarks if examined else ()
    similar = similar_activities.of_application(ctx, application) if examined else ()
    case = lines(
        verbatim(application.number),
        Text("“%(title)s”", title=application.title),
        verbatim(application.organiser),
        Text("Pemohon: %(name)s", name=applicants.name_of(ctx, application)),
    )
    rest = (
        _letter(application) if application.status in WITH_DRAFT_LETTER else None,
        summary(similar) if similar else None,
        unread_of(view) if view.can_remark else None,
        _remarks(view, unclosed),
        _inquiries(view),
        _notes(ctx, remarks.list_notes(ctx, application)),
    )
    # While an act waits the screen is short, so that a phone shows it whole, with the button that undoes the act.
    shown = (case, _status(view), *rest) if view.held is None else (_held(view, view.held), case, _status(view))
    text = paragraphs(notice, *shown)
    navigation = (
        Choice(code(ShowApplicant(application_id)), Text("Pemohon"), nav=True),
        *((Choice(code(CaseStep("similar", application_id)), SHOW, nav=True),) if similar else ()),
        Choice(code(ShowHistory(application_id)), Text("Riwayat"), nav=True),
        Choice(code(OpenInbox()), Text("Semua berkas"), nav=True),
    )
    choices = _held_choices(view) if view.held else _choices(view, unclosed, read_section)
    return turn(state.at(NAME, **to_json(CaseState(application_id))), Prompt(text, (*choices, *navigation)))


def letter_choices(ctx: Context, application: Application) -> tuple[Choice, ...]:
    """What can be done with the letter that is on the screen."""
    shown = code(CaseStep("letter", application.id))
    return tuple(choice for choice in _choices(CaseView(ctx, application), (), "") if choice.value != shown)


def _status(view: CaseView) -> Text:
    ctx, application = view.ctx, view.application
    holder = assigned_officer(ctx, application) if application.status in STATUSES else None
    letter = cases.newest_letter(ctx, application) if application.status in {"issued", "closed"} else None
    revoked = register.revoked(view.register_entry)
    waiting = application.status in WITHOUT_RESULT
    returned_with = application.director_note if application.status not in {"issued", "closed"} else ""
    return lines(
        Text("Status: %(status)s", status=status_name(application.status)),
        Text("Janji hasil: %(day)s, %(left)s", day=application.due_on, left=days_left(ctx, application))
        if waiting
        else None,
        _days(ctx, application) if waiting or application.days_total is not None else None,
        Text("Putaran: %(round)s", round=application.round) if application.round > 1 else None,
        Text("Dipegang oleh: %(name)s", name=holder) if holder else None,
        Text("Putusan: %(verdict)s", verdict=VERDICTS[application.verdict]) if application.verdict else None,
        Text("Catatan direktur: %(note)s", note=returned_with) if returned_with else None,
        Text("Nomor surat: %(number)s", number=letter.number or "") if letter else None,
        Text("Identitas rekomendasi: %(identity)s", identity=letter.identity) if letter and letter.identity else None,
        Text("Surat ini sudah dicabut: %(reason)s", reason=revoked.reason) if revoked else None,
        Text("Nomor di Romantik: %(number)s", number=application.romantik_number)
        if application.romantik_number
        else None,
        last_notice(ctx, application),
    )


def _days(ctx: Context, application: Application) -> Text | None:
    """How many working days it has taken in all, and how many of them on the office's side."""
    days = promises.days_taken(ctx, application)
    if not days.with_applicant:
        return Text("Lama: %(all)s hari kerja", all=days.total) if days.total else None
    return Text(
        "Lama: %(all)s hari kerja, %(office)s di kantor dan %(waiting)s menunggu pemohon",
        all=days.total,
        office=days.at_office,
        waiting=days.with_applicant,
    )


def _letter(application: Application) -> Text:
    return paragraphs(
        numbered(Text("Alasan:"), application.grounds), numbered(Text("Perlu diperhatikan:"), application.advice)
    )


def show_done(state: DialogueState, ctx: Context, application_id: int, is_held: bool, done: Text) -> Turn:
    """After an act that may be held: what was done, or until when it can be undone."""
    return show(state, ctx, application_id, None if is_held else done)


def _held(view: CaseView, held: HeldAct) -> Text:
    act, at = held_acts.NAMES[held.act], held.due_at.astimezone(view.ctx.office.zone)
    if not held_acts.can_undo(view.ctx, view.application, held):
        return Text("%(act)s dijalankan pada %(at)s. Sampai saat itu belum ada yang diberi tahu.", act=act, at=at)
    return Text(
        "%(act)s dijalankan pada %(at)s. Sampai saat itu Anda dapat membatalkannya, dan belum ada yang diberi tahu.",
        act=act,
        at=at,
    )


def _held_choices(view: CaseView) -> tuple[Choice, ...]:
    """While an act waits, the case can be read, and the act undone."""
    reading = next_section_choice(view, "")
    if view.held is None or not held_acts.can_undo(view.ctx, view.application, view.held):
        return (reading,)
    return (Choice(code(UndoHeldAct(view.application_id, view.held.id)), Text("Batalkan")), reading)


def unread_of(view: CaseView) -> Text | None:
    """The sections that the reader has not opened."""
    return unread_sections(examination.codes_of(view.unread)) if view.unread else None


def _remarks(view: CaseView, remarks: Sequence[Remark]) -> Text | None:
    if not remarks:
        return None
    return lines(Text("Catatan terbuka:"), *(_remark(view.code_of(remark), remark) for remark in remarks))


def _remark(question_code: str, remark: Remark) -> Text:
    """ "Catatan 2 (3.2): … (fatal) (sudah dijawab)" """
    words = Text(
        "Catatan %(number)s (%(code)s): %(text)s",
        number=remark.number,
        code=question_code,
        text=excerpt(remark.text, EXCERPT_LENGTH),
    )
    is_answered = remark.state == "answered"
    return joined(" ", with_severity(words, remark), Text("(sudah dijawab)") if is_answered else None)


def whole_remark(remark: Remark) -> Text:
    """ "Catatan 2: … (fatal)" """
    return with_severity(Text("Catatan %(number)s: %(text)s", number=remark.number, text=remark.text), remark)


def with_severity(words: Text, remark: Remark) -> Text:
    return joined(" ", words, Text("(fatal)") if remark.severity == "fatal" else None)


def _inquiries(view: CaseView) -> Text | None:
    """How many questions the applicant has answered, while that matters."""
    if not view.inquiries or view.application.status != "under_review":
        return None
    answered = sum(row.state == "answered" for row in view.inquiries)
    return Text(
        "Pertanyaan kepada pemohon: %(count)s, dijawab %(answered)s", count=len(view.inquiries), answered=answered
    )


def _notes(ctx: Context, notes: Sequence[Note]) -> Text | None:
    if not notes:
        return None
    latest = notes[-LATEST_NOTES:]
    names = cases.names(ctx, (note.author_id for note in latest))
    rows = (verbatim(f"• {names[note.author_id]}: {excerpt(note.text, EXCERPT_LENGTH)}") for note in latest)
    return lines(Text("Catatan internal:"), *rows)


def _choices(view: CaseView, remarks: Sequence[Remark], read_section: str) -> tuple[Choice, ...]:
    holding = _conditions(view, {remark.state for remark in remarks})
    return tuple(
        _choice(view, button, read_section)
        for button in BUTTONS[view.application.status]
        if button.condition in holding and access.can(view.ctx, view.application, button.act)
    )


def _choice(view: CaseView, button: Button, read_section: str) -> Choice:
    if button is READ:
        return next_section_choice(view, read_section)
    return Choice(code(button.action_of(view.application_id)), button.label)


def _conditions(view: CaseView, remark_states: Collection[str]) -> set[Condition]:
    """The conditions of buttons that hold now."""
    ctx, application = view.ctx, view.application
    entry = view.register_entry
    to_sign = signed_letters.awaited_way(ctx, application) if entry is not None else None
    holds: dict[Condition, bool] = {
        "": True,
        "answered": "answered" in remark_states,
        "unanswered": "open" in remark_states and "answered" not in remark_states,
        "remarked": bool(remark_states),
        "inquired": bool(view.inquiries),
        "talked": application.status == "under_review" and bool(live_chats.of_case(ctx, application)),
        "all_clear": not remark_states and application.status == "under_review" and not view.unread,
        "unanswered_revision": application.status == "revision_requested" and revisions.is_unanswered(ctx, application),
        "held_by_another": application.officer_id != ctx.actor.id,
        "can_give": assignments.may_give(ctx, application),
        "to_sign_outside": to_sign == "outside",
        "to_sign_with_bsre": to_sign == "bsre",
        "overdue_revision": revisions.is_overdue(ctx, application),
        "translatable": papers.can_translate(ctx, application, entry),
        "valid_letter": register.is_valid(entry),
        "accepted": romantik.is_accepted(application, entry),
    }
    return {condition for condition, holding in holds.items() if holding}
