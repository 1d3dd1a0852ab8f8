"""Talks any form through: asks, checks, explains, goes back, edits, reviews, and hands over to submission.

Which question is open is the dialogue's; what is answered is the draft's. So a restart, another channel or a changed
form moves nobody to a wrong place.
"""

from __future__ import annotations

from dataclasses import replace

from bot.actions.applicant import FormButton
from bot.chat import Choice, DialogueState, Incoming, Turn, in_place
from bot.conversations.form import premature, record, rows, schedule
from bot.conversations.form.prompts import ask, ask_reply, label
from bot.conversations.form.review import CHECK, is_locked, show_block, show_blocks, show_check
from bot.conversations.form.session import NAME, Finished, FormSession, Outcome, mark
from bot.conversations.unsupported import UNSUPPORTED
from domain.form import answers
from domain.form.definition import Question, Value, previous_question
from domain.form.reading import Unreadable
from domain.text import Text, lines

#: short answers to "Pakai pesan ini?"
YES_NO = {"ya": "yes", "iya": "yes", "yes": "yes", "tidak": "no", "no": "no"}


def resume(session: FormSession, notice: Text | None = None) -> Turn:
    """Goes on where the answers end."""
    session.state = session.state.at(NAME, **{**session.state.data, "review": ""})
    return record.go_on(session, notice)


def on_message(incoming: Incoming, session: FormSession) -> Outcome:
    """A message that is neither a tap nor a command."""
    question = session.question
    if question is None:
        return _outside(session, incoming)
    if incoming.files:
        return record.files(session, question, incoming)
    is_number = incoming.kind == "contact" and question.kind == "phone"
    if incoming.kind in UNSUPPORTED and not is_number:
        return ask(session, question, record.NEEDS_FILE if question.kind == "file" else UNSUPPORTED[incoming.kind])
    words = _number(incoming.contact) if is_number else incoming.text
    if not words.strip():
        return ask(session, question, Text("Pesan Anda kosong. Silakan tulis jawabannya."))
    if not (incoming.saw_last_message or premature.collects(session, question, aware=incoming.saw_question)):
        return premature.hold(session, question, words)
    return _words(session, question, words)


def _number(contact: str) -> str:
    """A phone may leave out the + before the number of the country."""
    return f"+{contact}" if contact[:1] in set("123456789") else contact


def _words(session: FormSession, question: Question, words: str) -> Outcome:
    agrees = YES_NO.get(words.strip().casefold(), "") if session.offering else ""
    if premature.overtaken(session, question):
        return premature.lost_politely(session, question, "" if agrees else words)
    if agrees:
        return premature.use(session, question) if agrees == "yes" else premature.drop(session, question)
    return _jump_or_take(session, question, words)


def on_button(button: FormButton, session: FormSession) -> Outcome:
    """A button of a form, from whenever it was sent."""
    if button.question == "-":
        return _screen(session, button.act, button.revision)
    return _question_tap(session, button.question, button.act, button.revision)


def command(name: str, session: FormSession, incoming: Incoming) -> Outcome | None:
    """Words that work at every question; `None` for those the form leaves to others."""
    question = session.question
    if question is not None and name in {"skip", "done"}:
        return _ending(
            name, session, question, seen=incoming.saw_question if name == "done" else incoming.saw_last_message
        )
    match name:
        case "back":
            return _back(session, question) if question else show_blocks(session)
        case "help":
            return _help(session, question) if question else None
        case "skip" | "blocks":
            return show_blocks(session)
    return None


def _ending(name: str, session: FormSession, question: Question, *, seen: bool) -> Outcome:
    """ "Lewati" and "selesai" answer a question too: one that was seen and is still as it was."""
    if premature.overtaken(session, question):
        return _changed_since(session, question)
    if not seen:
        return ask(
            session, question, Text("Pesan itu datang sebelum pertanyaan ini Anda lihat. Silakan tulis sekali lagi.")
        )
    return record.skip(session, question) if name == "skip" else record.tap(session, question, "done")


def reprompt(session: FormSession, notice: Text | None = None) -> Turn:
    """The open question, or the open screen, once more."""
    question = session.question
    if question is not None:
        return ask(session, question, notice)
    if session.reviewing == CHECK:
        return show_check(session, notice)
    if session.reviewing:
        return show_block(session, session.reviewing, notice)
    return show_blocks(session, notice)


def _question_tap(session: FormSession, code: str, what: str, revision: int) -> Outcome:
    question = session.by_code(code)
    if question is None:
        return reprompt(session, Text("Pertanyaan %(code)s tidak berlaku lagi untuk isian Anda.", code=code[:12]))
    if what == "edit":
        return edit(session, question, question.section)
    if what == "fix":
        return edit(session, question, CHECK)
    if what == "help":
        return _help(session, question)
    if what == "back":
        return _back(session, question)
    if is_locked(session, question):
        return reprompt(session)
    if session.overtaken(question, revision):
        return _changed_since(session, question)
    was_open = session.question is not None and session.question.id == question.id
    session.state = _opened(session, question)
    outcome = _pressed(session, question, what)
    only_ticks = question.kind == "choices" and what.partition(".")[0] in {"on", "off"} and not session.held
    return in_place(outcome) if was_open and only_ticks and isinstance(outcome, Turn) else outcome


def _pressed(session: FormSession, question: Question, what: str) -> Outcome:
    action, _, words = what.partition(".")
    is_offered = bool(session.held) and words == mark(session.held[0])
    match action:
        case "skip":
            return record.skip(session, question)
        case "keep" if session.remark(question) and not session.answered(question):
            return ask_reply(session, question)
        case "keep" if session.answered(question):
            return record.go_on(session)
        case "keep" if session.draft.state == "revising" and question.id in session.draft.answers:
            session.ctx = replace(session.ctx, message_key="")  # its words are no answer
            return record.recorded(session, question, session.value(question))
        case "use" if is_offered:
            return premature.use(session, question)
        case "drop" if is_offered:
            return premature.drop(session, question)
        case "jump" | "take" if "typed" in session.state.data:
            return _after_doubt(session, question, what)
    return record.tap(session, question, what)


def _screen(session: FormSession, what: str, revision: int) -> Outcome:
    action, _, argument = what.partition(".")
    match action:
        case "next":
            following = session.next()
            return ask(session, following) if following else show_blocks(session)
        case "block":
            return show_block(session, argument)
        case "check":
            return show_check(session)
        case "submit" if revision != session.draft.revision:
            notice = Text("Isian berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
            return show_check(session, notice) if len(session.form.sections) > 1 else show_blocks(session, notice)
        case "submit":
            return Finished(session.draft, session.state, submits=True)
        case "leave":
            return Finished(session.draft, session.state, submits=False)
        case "blocks":
            return show_blocks(session)
    return reprompt(session, Text("Tombol itu tidak kami kenali."))


def _opened(session: FormSession, question: Question) -> DialogueState:
    """A tap names its question: from now on that one is open."""
    if session.question is not None and session.question.id == question.id:
        return session.state
    kept = {name: session.state.data[name] for name in ("draft", "revision", "held", "review")}
    return replace(session.state, asked=question.id, data=kept)


def edit(session: FormSession, question: Question, review: str = "") -> Turn:
    """Asks an answered question again; afterwards the screen under `review` is shown, else the next open question."""
    if is_locked(session, question):
        return show_block(session, question.section, _locked_sentence(question))
    session.state = session.state.at(NAME, **{**session.state.data, "review": review})
    return ask(session, question)


def _locked_sentence(question: Question) -> Text:
    return Text(
        "Butir %(code)s ditentukan oleh pertanyaan kelayakan. Untuk mengubahnya, mulai permohonan baru.",
        code=question.code,
    )


def _help(session: FormSession, question: Question) -> Turn:
    column = rows.column_asked(session, question) if question.kind == "rows" else None
    about = column or question
    text = lines(
        Text("Bantuan untuk %(question)s", question=about.label if column else label(question)),
        about.help,
        Text("Contoh: %(example)s", example=about.example) if about.example else None,
        Text("Data pribadi ini dipakai untuk: %(purpose)s", purpose=about.purpose) if about.purpose else None,
        Text("Untuk pindah, tulis nomor butirnya, misalnya 4.6."),
    )
    return ask(session, question, text)


def _back(session: FormSession, question: Question) -> Turn:
    within = {"rows": rows.back, "schedule": schedule.back}.get(question.kind)
    step = within(session, question) if within else None
    if step is not None:
        return step
    if session.reviewing:
        return show_check(session) if session.reviewing == CHECK else show_block(session, session.reviewing)
    before = previous_question(session.path, question.id)
    while before is not None and is_locked(session, before):
        before = previous_question(session.path, before.id)
    return ask(session, before) if before else ask(session, question, Text("Ini pertanyaan pertama."))


def _outside(session: FormSession, incoming: Incoming) -> Turn:
    """Typed on a screen that asks nothing: a code jumps, anything else shows the screen again."""
    target = session.by_code(incoming.text.strip()) if incoming.kind == "text" else None
    if target is not None:
        return edit(session, target, session.reviewing)
    if incoming.kind in UNSUPPORTED:
        return reprompt(session, UNSUPPORTED[incoming.kind])
    return reprompt(session, Text("Silakan pilih salah satu, atau tulis nomor butir, misalnya 4.6."))


def _jump_or_take(session: FormSession, question: Question, text: str) -> Outcome:
    target = session.by_code(text.strip())
    if target is None:
        return record.words(session, question, text)
    if question.kind in {"text", "number"} and target.id != question.id and _reads(session, question, text):
        return _ask_which(session, question, target, text.strip())
    return edit(session, target) if target.id in session.draft.answers else ask(session, target)


def _reads(session: FormSession, question: Question, text: str) -> bool:
    try:
        answers.read(question, text, session.ctx.reading)
    except Unreadable:
        return False
    return True


def _ask_which(session: FormSession, question: Question, target: Question, text: str) -> Turn:
    """ "0.5" may be a fraction or a question's number: the person says which."""
    doubt = Text(
        "Apakah “%(words)s” jawaban untuk %(code)s, atau Anda ingin pindah ke pertanyaan itu?",
        words=text,
        code=question.code,
    )
    choices = (
        Choice(session.tap(question, "take"), Text("Jawaban untuk %(code)s", code=question.code)),
        Choice(session.tap(question, "jump"), Text("Pindah ke %(code)s", code=target.code)),
    )
    return session.say(question.id, doubt, *choices, typed=text)


def _after_doubt(session: FormSession, question: Question, what: str) -> Outcome:
    typed = str(session.state.data["typed"])
    session.ctx = replace(session.ctx, message_key="")  # the words came in another message
    target = session.by_code(typed)
    if what == "jump" and target is not None:
        return edit(session, target) if target.id in session.draft.answers else ask(session, target)
    return record.words(session, question, typed)


def _changed_since(session: FormSession, question: Question) -> Turn:
    value: Value = session.value(question)
    notice = (
        Text(
            "Jawaban %(code)s sudah berubah sementara itu. Sekarang: %(answer)s",
            code=question.code,
            answer=answers.brief(question, value),
        )
        if question.id in session.draft.answers
        else Text("Jawaban %(code)s sudah berubah sementara itu.", code=question.code)
    )
    return reprompt(session, notice)
