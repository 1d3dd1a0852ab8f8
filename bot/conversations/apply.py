"""Applying: the eligibility questions, then registration, then the form, then submission."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.applicant import (
    AnswerLevel,
    AnswerWho,
    ApplicationStep,
    NewApplication,
    OpenDraft,
    ResumeDraft,
    ShowGuide,
)
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import eligibility, guide, menu, registration
from bot.conversations.buttons import MENU
from bot.conversations.eligibility import ApplyState, ask_level, ask_who
from bot.conversations.form import flow
from bot.conversations.form.review import show_check
from bot.conversations.form.session import session_of_draft
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, to_json
from bot.service import applications, drafts, revisions
from bot.service.access import ActionRefused
from bot.service.applications import FORM, NotSubmitted
from bot.service.context import Context
from domain.text import Text, paragraphs
from storage.tables import Draft

NAME = eligibility.NAME

_NOT_SUBMITTED = {
    "not_registered": Text("Sebelum mengirim, silakan daftar dahulu dan buktikan alamat e-mail Anda."),
    "incomplete": Text("Masih ada butir yang belum terisi."),
    "blocked": Text("Masih ada isian yang harus diperbaiki sebelum dikirim."),
}


def start(state: DialogueState, ctx: Context) -> Turn:
    """Offers an unfinished application, if there is one; else asks the eligibility questions."""
    unfinished = drafts.list_unfinished(ctx, FORM)
    return _ask_which(state, ctx, unfinished[0]) if unfinished else ask_who(state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match read(ApplyState, state.data):
        case ApplyState("who"):
            return ask_who(state, ctx, notice)
        case ApplyState("level", who) if who:
            return ask_level(state, ctx, who, notice)
        case ApplyState("which") if unfinished := drafts.list_unfinished(ctx, FORM):
            return _ask_which(state, ctx, unfinished[0], notice)
    return menu.show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    if read(ApplyState, state.data) is not None:
        return reprompt(state, ctx, Text("Silakan pilih salah satu."))
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case NewApplication():
            return ask_who(state, ctx)
        case ResumeDraft():
            return _resume(state, ctx)
        case OpenDraft(draft_id):
            return _open_draft(state, ctx, draft_id)
        case AnswerWho(answer):
            return _take_who(state, ctx, answer)
        case AnswerLevel(who, answer) if _is_asking_level(state) or not drafts.list_unfinished(ctx, FORM):
            return _take_level(state, ctx, who, answer)
    return start(state, ctx)


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
    text = paragraphs(
        applications.receipt(outcome), Text("Tanda terima juga kami kirim ke %(email)s.", email=ctx.actor.email)
    )
    return turn(state.at(NAME), Prompt(text, (_status_choice(outcome.id), MENU)))


def _resubmit(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    try:
        application = revisions.resubmit(ctx, draft)
    except ActionRefused as refused:
        session = session_of_draft(draft.id, state, ctx)
        return show_check(session, refused.text) if session else menu.show(state, ctx, refused.text)
    text = Text(
        "Terima kasih. Perbaikan permohonan %(number)s sudah kami terima dan kami periksa lagi.",
        number=application.number,
    )
    return turn(state.at(NAME), Prompt(text, (_status_choice(application.id), MENU)))


def _status_choice(application_id: int) -> Choice:
    return Choice(code(ApplicationStep("show", application_id)), Text("Lihat status"))


def _ask_which(state: DialogueState, ctx: Context, draft: Draft, notice: Text | None = None) -> Turn:
    choices = (
        Choice(code(ResumeDraft()), Text("Lanjutkan permohonan itu"), Text("Lanjutkan")),
        Choice(code(NewApplication()), Text("Mulai permohonan baru"), Text("Mulai baru")),
        MENU,
    )
    text = paragraphs(
        notice,
        Text("Anda mempunyai permohonan yang belum dikirim:"),
        _title_and_progress(ctx, draft),
        Text("Bila Anda memulai yang baru, isian ini tetap tersimpan."),
    )
    return turn(state.at(NAME, **to_json(ApplyState("which"))), Prompt(text, choices))


def _resume(state: DialogueState, ctx: Context) -> Turn:
    unfinished = drafts.list_unfinished(ctx, FORM)
    if not unfinished:
        return start(state, ctx)
    return _open_draft(state, ctx, unfinished[0].id)


def _open_draft(state: DialogueState, ctx: Context, draft_id: int) -> Turn:
    if drafts.reopen(ctx, draft_id) is None:
        return menu.show(state, ctx, Text("Isian itu sudah tidak terbuka."))
    session = session_of_draft(draft_id, state, ctx)
    assert session is not None
    return flow.resume(session, Text("Selamat datang kembali. Kita lanjutkan dari sini."))


def _take_who(state: DialogueState, ctx: Context, answer: str) -> Turn:
    choice = ctx.app.eligibility.who.by_id(answer)
    if choice is None:
        return ask_who(state, ctx)
    if choice.outcome != "eligible":
        return _refer_elsewhere(state, ctx, choice.message)
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


def _is_asking_level(state: DialogueState) -> bool:
    asking = read(ApplyState, state.data)
    return asking is not None and asking.step == "level"


def _refer_elsewhere(state: DialogueState, ctx: Context, message: Text) -> Turn:
    """Says which other office is responsible, or that no recommendation is needed."""
    choices = (
        Choice(code(NewApplication()), Text("Jawab ulang dari awal"), Text("Jawab ulang")),
        Choice(code(ShowGuide()), Text("Syarat, alur, waktu, biaya"), Text("Syarat dan alur")),
        MENU,
    )
    return turn(state.at(NAME), Prompt(message, choices, link=guide.map_link(message, ctx)))


def _title_and_progress(ctx: Context, draft: Draft) -> Text:
    path = drafts.path(ctx, ctx.app.form(draft.form), draft)
    done = sum(question.id in draft.answers for question in path)
    title = draft.answers.get("judul_kegiatan")
    name = Text("“%(title)s”", title=str(title)) if title else Text("(belum berjudul)")
    return Text("%(title)s, terisi %(done)s dari %(count)s butir", title=name, done=done, count=len(path))


COMMANDS: CommandHandlers = {"apply": without_argument(start)}
