"""From "I want to apply" to a number: eligibility first, then registration, then the form, then submission."""

from __future__ import annotations

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import account, guide, menu
from bot.conversations.form import flow
from bot.conversations.form.prompts import label
from bot.conversations.form.review import show_check
from bot.conversations.form.session import session_of_draft
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import access, applications, drafts, revisions
from bot.service.applications import FORM, NotSubmitted
from bot.service.context import Context
from domain.form.answers import show
from domain.form.definition import Value
from domain.office.eligibility import EligibilityQuestion
from domain.text import Text, lines, paragraphs
from storage.tables import Draft

NAME = "apply"

_NOT_YET = {
    "not_registered": Text("Sebelum mengirim, silakan daftar dahulu dan buktikan alamat e-mail Anda."),
    "incomplete": Text("Masih ada butir yang belum terisi."),
    "blocked": Text("Masih ada isian yang harus diperbaiki sebelum dikirim."),
}


def start(state: DialogueState, ctx: Context) -> Turn:
    """An application that is not finished is offered first; a new one leaves it untouched."""
    unfinished = drafts.unfinished(ctx, FORM)
    return _ask_which(state, ctx, unfinished[0]) if unfinished else _ask_who(state, ctx)


def _ask_which(state: DialogueState, ctx: Context, draft: Draft, notice: Text | None = None) -> Turn:
    choices = (
        Choice(f"{NAME}:resume", Text("Lanjutkan permohonan itu"), Text("Lanjutkan")),
        Choice(f"{NAME}:new", Text("Mulai permohonan baru"), Text("Mulai baru")),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    text = paragraphs(
        notice,
        Text("Anda mempunyai permohonan yang belum dikirim:"),
        _named(ctx, draft),
        Text("Bila Anda memulai yang baru, isian ini tetap tersimpan."),
    )
    return turn(state.at(NAME, step="which"), Prompt(text, choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match state.data:
        case {"step": "who"}:
            return _ask_who(state, ctx, notice)
        case {"step": "level", "who": str(who)}:
            return _ask_level(state, ctx, who, notice)
        case {"step": "which"} if unfinished := drafts.unfinished(ctx, FORM):
            return _ask_which(state, ctx, unfinished[0], notice)
    return menu.show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Words that are none of the choices."""
    if "step" in state.data:
        return reprompt(state, ctx, Text("Silakan pilih salah satu."))
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case ["new"]:
            return _ask_who(state, ctx)
        case ["resume"]:
            return _resume(state, ctx)
        case ["take", number] if number.isascii() and number.isdigit() and len(number) < 18:
            return _take_up(state, ctx, int(number))
        case ["who", answer]:
            return _who(state, ctx, answer)
        case ["level", who, answer] if state.data.get("step") == "level" or not drafts.unfinished(ctx, FORM):
            return _level(state, ctx, who, answer)
    return start(state, ctx)


def begin(state: DialogueState, ctx: Context) -> Turn:
    """Opens the form for somebody eligible and registered; what is known is shown, not asked."""
    known = _known(ctx)
    if known is None:
        return _ask_who(state, ctx)
    for old in drafts.unfinished(ctx, FORM):
        drafts.set_aside(ctx, old)
    draft = drafts.begin(ctx, FORM, known)
    ctx.actor.eligibility = ""
    session = session_of_draft(draft.id, state, ctx)
    assert session is not None
    filled = lines(
        *(
            Text("• %(label)s: %(answer)s", label=label(q), answer=show(q, draft.answers[q.id]))
            for q in session.path
            if q.id in draft.answers
        )
    )
    notice = paragraphs(
        Text(
            "Sekarang kita isi formulir permintaan rekomendasi. Setiap jawaban langsung tersimpan; "
            "Anda boleh berhenti kapan saja dan melanjutkan beberapa hari kemudian."
        ),
        Text("Sudah kami isi dari jawaban Anda:"),
        filled,
    )
    return flow.resume(session, notice)


def submitted(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    """The last button of the request form, or of its revision."""
    if draft.state == "revising":
        return _resubmitted(draft, state, ctx)
    outcome = applications.submit(ctx, draft)
    if isinstance(outcome, NotSubmitted):
        session = session_of_draft(draft.id, state, ctx)
        if session is None:
            return menu.show(state, ctx)
        return show_check(session, _NOT_YET[outcome.why])
    choices = (
        Choice(f"status:show:{outcome.id}", Text("Lihat status")),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    text = paragraphs(
        applications.receipt(outcome), Text("Tanda terima juga kami kirim ke %(email)s.", email=ctx.actor.email)
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _resubmitted(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    try:
        application = revisions.resubmit(ctx, draft)
    except access.ActionRefused as refused:
        session = session_of_draft(draft.id, state, ctx)
        return show_check(session, refused.text) if session else menu.show(state, ctx, refused.text)
    choices = (
        Choice(f"status:show:{application.id}", Text("Lihat status")),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    text = Text(
        "Terima kasih. Perbaikan permohonan %(number)s sudah kami terima dan kami periksa lagi.",
        number=application.number,
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _resume(state: DialogueState, ctx: Context) -> Turn:
    unfinished = drafts.unfinished(ctx, FORM)
    if not unfinished:
        return start(state, ctx)
    return _take_up(state, ctx, unfinished[0].id)


def _take_up(state: DialogueState, ctx: Context, draft_id: int) -> Turn:
    if drafts.take_up(ctx, draft_id) is None:
        return menu.show(state, ctx, Text("Isian itu sudah tidak terbuka."))
    session = session_of_draft(draft_id, state, ctx)
    assert session is not None
    return flow.resume(session, Text("Selamat datang kembali. Kita lanjutkan dari sini."))


def _ask_who(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    return _ask(state.at(NAME, step="who"), ctx.app.eligibility.who, f"{NAME}:who", notice)


def _ask_level(state: DialogueState, ctx: Context, who: str, notice: Text | None = None) -> Turn:
    return _ask(state.at(NAME, step="level", who=who), ctx.app.eligibility.level, f"{NAME}:level:{who}", notice)


def _ask(state: DialogueState, question: EligibilityQuestion, prefix: str, notice: Text | None) -> Turn:
    choices = tuple(Choice(f"{prefix}:{choice.id}", choice.label, choice.short) for choice in question.choices)
    text = paragraphs(notice, question.question, question.help)
    return turn(state, Prompt(text, (*choices, Choice("menu:show", Text("Menu"), nav=True))))


def _who(state: DialogueState, ctx: Context, answer: str) -> Turn:
    choice = ctx.app.eligibility.who.by_id(answer)
    if choice is None:
        return _ask_who(state, ctx)
    if choice.outcome != "eligible":
        return _sent_on(state, ctx, choice.message)
    return _ask_level(state, ctx, choice.id, choice.message or None)


def _level(state: DialogueState, ctx: Context, who: str, answer: str) -> Turn:
    first, choice = ctx.app.eligibility.who.by_id(who), ctx.app.eligibility.level.by_id(answer)
    if first is None or first.outcome != "eligible" or choice is None:
        return _ask_who(state, ctx)
    if choice.outcome != "eligible":
        return _sent_on(state, ctx, choice.message)
    ctx.actor.eligibility = f"{first.id}/{choice.id}"
    if ctx.actor.registered_at is None:
        return account.ask_consent(state, ctx)
    return begin(state, ctx)


def _sent_on(state: DialogueState, ctx: Context, message: Text) -> Turn:
    """Not for this office: told kindly, with the right address."""
    choices = (
        Choice(f"{NAME}:new", Text("Jawab ulang dari awal"), Text("Jawab ulang")),
        Choice("guide:start", Text("Syarat, alur, waktu, biaya"), Text("Syarat dan alur")),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    return turn(state.at(NAME), Prompt(message, choices, link=guide.way_there(message, ctx)))


def _known(ctx: Context) -> dict[str, Value] | None:
    """What the form need not ask: from the eligibility questions and from the registration."""
    who, _, level = ctx.actor.eligibility.partition("/")
    first, second = ctx.app.eligibility.who.by_id(who), ctx.app.eligibility.level.by_id(level)
    if first is None or second is None:
        return None
    questions = ctx.app.form(FORM).questions.values()
    of_person: dict[str, Value] = {
        q.id: getattr(ctx.actor, q.known_from.removeprefix("person."))
        for q in questions
        if q.known_from.startswith("person.")
    }
    return {**first.answers, **second.answers, **of_person}


def _named(ctx: Context, draft: Draft) -> Text:
    path = drafts.path(ctx, ctx.app.form(draft.form), draft)
    done = sum(question.id in draft.answers for question in path)
    title = draft.answers.get("judul_kegiatan")
    name = Text("“%(title)s”", title=str(title)) if title else Text("(belum berjudul)")
    return Text("%(title)s, terisi %(done)s dari %(count)s butir", title=name, done=done, count=len(path))


COMMANDS: CommandHandlers = {"apply": without_argument(start)}
