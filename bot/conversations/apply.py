"""Applying: the eligibility questions, then registration, then the form, then submission."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import Action, code
from bot.actions.applicant import (
    AnswerLevel,
    AnswerWho,
    ApplicationStep,
    CopyApplication,
    FillBlankForm,
    ListEarlier,
    NewApplication,
    OpenDraft,
    ResumeDraft,
    ShowGuide,
)
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn, with_choice, with_notice
from bot.conversations import eligibility, guide, menu, registration
from bot.conversations.buttons import MENU
from bot.conversations.draft import NOT_OPEN
from bot.conversations.earlier_application import ask_to_copy, ask_which_to_copy, copy
from bot.conversations.eligibility import ApplyState, ask_before_replacing, ask_level, ask_which, ask_who
from bot.conversations.form import flow, imported
from bot.conversations.form.page_link import show_page_link
from bot.conversations.form.review import show_check
from bot.conversations.form.session import NAME as FORM_CONVERSATION
from bot.conversations.form.session import session_of_draft, session_of_state
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import applications, drafts, receipts, revisions
from bot.service.access import ActionRefused
from bot.service.applications import FORM, NotSubmitted
from bot.service.context import Context
from bot.service.form_files import FormFileKind
from domain.asides import judge
from domain.text import Text, joined, paragraphs
from storage.tables import Draft

NAME = eligibility.NAME

_WELCOME_BACK = Text("Selamat datang kembali. Kita lanjutkan dari sini.")
_NOT_SUBMITTED = {
    "not_registered": Text("Sebelum mengirim, silakan daftar dahulu dan buktikan alamat e-mail Anda."),
    "incomplete": Text("Masih ada butir yang belum terisi."),
    "blocked": Text("Masih ada isian yang harus diperbaiki sebelum dikirim."),
}


def start(state: DialogueState, ctx: Context, words: str = "") -> Turn:
    """Offers an unfinished application, or to copy an earlier one; else asks the eligibility questions, of which the
    words of a wish may answer some: "kami dinas kesehatan mau survei".
    """
    return ask_which(state, ctx) or _begin(state, ctx, words)


def _begin(state: DialogueState, ctx: Context, words: str = "") -> Turn:
    return ask_to_copy(state, ctx) or _begin_as_said(state, ctx, words) or ask_who(state, ctx)


def _begin_as_said(state: DialogueState, ctx: Context, words: str) -> Turn | None:
    """Takes the steps that the words name, and says so; `None` where they name nobody."""
    who = ctx.app.eligibility.who.find(words) if words else None
    if who is None:
        return None
    level = ctx.app.eligibility.level.by_id(who.level) if who.level else ctx.app.eligibility.level.find(words)
    if who.outcome != "eligible" or level is None:
        understood, shown = who.label, _take_who(state, ctx, who.id)
    else:
        understood, shown = joined(" · ", who.label, level.label), _take_level(state, ctx, who.id, level.id)
    notice = Text("Kami memahami: %(choices)s.", choices=understood)
    again = Choice(code(NewApplication()), Text("Bukan, pilih sendiri"), nav=True)
    return with_notice(with_choice(shown, again), notice)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match eligibility.open_choice(state):
        case ApplyState("who"):
            return ask_who(state, ctx, notice)
        case ApplyState("level", who) if who:
            return ask_level(state, ctx, who, notice)
        case ApplyState("copy") if (asked := ask_to_copy(state, ctx, notice)) is not None:
            return asked
        case ApplyState("which") if (asked := ask_which(state, ctx, notice)) is not None:
            return asked
    return menu.show(state, ctx, notice)


def go_back(state: DialogueState, ctx: Context) -> Turn:
    match eligibility.open_choice(state):
        case ApplyState("level"):
            return ask_who(state, ctx)
    return menu.show(state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    answer = None if judge(incoming.text) == "question" else _typed_answer(incoming.text, state, ctx)
    if answer is not None:
        return on_button(answer, state, ctx)
    if eligibility.open_choice(state) is not None:
        told = guide.find_answer(incoming.text, ctx) if judge(incoming.text) == "question" else None
        return reprompt(state, ctx, told or Text("Silakan pilih salah satu."))
    return menu.on_message(incoming, state, ctx)


def _typed_answer(words: str, state: DialogueState, ctx: Context) -> Action | None:
    """The button that the words mean: "dinas", "kami dari pemda", "mahasiswa"."""
    questions = ctx.app.eligibility
    match eligibility.open_choice(state):
        case ApplyState("who") if (choice := questions.who.find(words)) is not None:
            return AnswerWho(choice.id)
        case ApplyState("level", who) if who and (choice := questions.level.find(words)) is not None:
            return AnswerLevel(who, choice.id)
    return None


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ResumeDraft():
            return _resume(state, ctx)
        case OpenDraft(draft_id):
            return _open_draft(state, ctx, draft_id)
        case ListEarlier(page):
            return ask_which_to_copy(state, ctx, page)
        case NewApplication() if _is_asking_which(state):
            return _begin(state, ctx)
        case NewApplication() | CopyApplication() | FillBlankForm() | AnswerWho() | AnswerLevel():
            return ask_before_replacing(state, ctx) or _take_step(action, state, ctx)
    return start(state, ctx)


def _is_asking_which(state: DialogueState) -> bool:
    choice = eligibility.open_choice(state)
    return choice is not None and choice.step == "which"


def _take_step(action: Action, state: DialogueState, ctx: Context) -> Turn:
    """A step towards a new application."""
    match action:
        case AnswerWho(answer):
            return _take_who(state, ctx, answer)
        case AnswerLevel(who, answer):
            return _take_level(state, ctx, who, answer)
        case CopyApplication(application_id):
            return copy(state, ctx, application_id)
        case FillBlankForm():
            return ask_who(state, ctx)
    return _begin(state, ctx)


def on_submit(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    """Submits the application form, or its revision."""
    if draft.state == "revising":
        return _resubmit(draft, state, ctx)
    outcome = applications.submit(ctx, draft)
    if isinstance(outcome, NotSubmitted):
        session = session_of_draft(draft.id, state, ctx)
        if session is None:
            return menu.show(state, ctx)
        return show_check(session, _NOT_SUBMITTED[outcome.reason])
    by_email = receipts.gets_mails(ctx)
    text = paragraphs(receipts.received(outcome, by_email=by_email), *_what_follows(ctx, by_email=by_email))
    return turn(state.at(NAME), Prompt(text, (_status_choice(outcome.id), MENU)))


def _what_follows(ctx: Context, *, by_email: bool) -> Sequence[Text]:
    if not by_email:
        return [
            Text("Selanjutnya petugas memeriksa isian Anda. Bila ada catatan, Anda kami beri tahu di percakapan ini.")
        ]
    return [
        Text(
            "Selanjutnya petugas memeriksa isian Anda. Bila ada catatan, Anda kami beri tahu di percakapan ini "
            "dan melalui e-mail."
        ),
        Text("Tanda terima dan salinan formulir Anda juga kami kirim ke %(email)s.", email=ctx.actor.email),
    ]


def _resubmit(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    try:
        application = revisions.resubmit(ctx, draft)
    except ActionRefused as refused:
        session = session_of_draft(draft.id, state, ctx)
        return show_check(session, refused.text) if session else menu.show(state, ctx, refused.text)
    text = Text(
        "Terima kasih. Perbaikan permohonan %(number)s sudah kami terima dan akan kami periksa lagi.",
        number=application.number,
    )
    return turn(state.at(NAME), Prompt(text, (_status_choice(application.id), MENU)))


def _status_choice(application_id: int) -> Choice:
    return Choice(code(ApplicationStep("show", application_id)), Text("Lihat status"))


def _resume(state: DialogueState, ctx: Context) -> Turn:
    unfinished = drafts.list_unfinished(ctx, FORM)
    if not unfinished:
        return start(state, ctx)
    return _open_draft(state, ctx, unfinished[0].id)


def _open_draft(state: DialogueState, ctx: Context, draft_id: int) -> Turn:
    session = session_of_draft(draft_id, state, ctx) if drafts.reopen(ctx, draft_id) is not None else None
    if session is None:
        return menu.show(state, ctx, NOT_OPEN)
    return flow.resume(session, _WELCOME_BACK)


def _go_on(state: DialogueState, ctx: Context) -> Turn:
    """Opens the form that the person left, whichever it is."""
    left = drafts.find_left(ctx)
    session = session_of_draft(left.id, state, ctx) if left is not None else None
    if session is None:
        return ask_which(state, ctx) or menu.show(state, ctx, Text("Tidak ada isian yang belum dikirim."))
    return flow.resume(session, _WELCOME_BACK)


def _take_who(state: DialogueState, ctx: Context, answer: str) -> Turn:
    choice = ctx.app.eligibility.who.by_id(answer)
    if choice is None:
        return ask_who(state, ctx)
    if choice.outcome != "eligible":
        return _refer_elsewhere(state, ctx, choice.message)
    if choice.level:
        return _take_level(state, ctx, choice.id, choice.level)
    return ask_level(state, ctx, choice.id, choice.message or None)


def _take_level(state: DialogueState, ctx: Context, who: str, answer: str) -> Turn:
    first, choice = ctx.app.eligibility.who.by_id(who), ctx.app.eligibility.level.by_id(answer)
    if first is None or first.outcome != "eligible" or choice is None:
        return ask_who(state, ctx)
    if choice.outcome != "eligible":
        return _refer_elsewhere(state, ctx, choice.message)
    ctx.actor.eligibility = f"{first.id}/{choice.id}"
    if ctx.actor.registered_at is None:
        return registration.ask_consent(state, ctx)
    return eligibility.open_form(state, ctx)


def _refer_elsewhere(state: DialogueState, ctx: Context, message: Text) -> Turn:
    """Says which other office is responsible, or that no recommendation is needed."""
    choices = (
        Choice(code(NewApplication()), Text("Jawab ulang dari awal"), Text("Jawab ulang")),
        Choice(code(ShowGuide()), Text("Syarat, alur, waktu, biaya"), Text("Syarat dan alur")),
        MENU,
    )
    return turn(state.at(NAME), Prompt(message, choices, link=guide.map_link(message, ctx)))


def _order_file(state: DialogueState, ctx: Context, kind: FormFileKind) -> Turn:
    """Of the application that was touched last, while no form is open."""
    unfinished = drafts.list_unfinished(ctx, FORM)
    session = session_of_draft(unfinished[0].id, state, ctx) if unfinished else None
    if session is None:
        return with_notice(
            start(state, ctx), Text("Berkas formulir dibuat dari isian Anda. Mulailah permohonan dahulu.")
        )
    return flow.resume(session, imported.order_file(session, kind))


def _show_page(state: DialogueState, ctx: Context) -> Turn:
    """The link to the page of the open form; outside of a form, of the application that was touched last."""
    session = session_of_state(state, ctx) if state.conversation == FORM_CONVERSATION else None
    if session is None and (unfinished := drafts.list_unfinished(ctx, FORM)):
        session = session_of_draft(unfinished[0].id, state, ctx)
    if session is None:
        return with_notice(start(state, ctx), Text("Halaman isian dibuka dari permohonan. Mulailah permohonan dahulu."))
    return show_page_link(session)


COMMANDS: CommandHandlers = {
    "apply": start,
    "form_file": lambda state, ctx, _: _order_file(state, ctx, "xlsx"),
    "form_pdf": lambda state, ctx, _: _order_file(state, ctx, "pdf"),
    "page": without_argument(_show_page),
    "resume": without_argument(_go_on),
}
