"""Talks any form through: asks, checks, explains, goes back, edits, reviews, and hands over to submission.

Which question is open is the dialogue's; what is answered is the draft's. So a restart, another channel or a changed
form moves nobody to a wrong place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import Choice, DialogueState, Incoming, Turn, in_place
from bot.conversations.form import early, rows, schedule, take
from bot.conversations.form import place as places
from bot.conversations.form.amend import amend
from bot.conversations.form.ask import ask, ask_reply, brief, label
from bot.conversations.form.place import NAME, Finished, Outcome, Place, mark
from bot.conversations.form.review import CHECK, is_locked, show_block, show_blocks, show_check
from bot.conversations.unread import UNREAD
from domain.form import answers
from domain.form.definition import Question, Value, previous_question
from domain.form.reading import Unreadable
from domain.text import Text, lines

__all__ = [
    "NAME",
    "Finished",
    "Outcome",
    "advance",
    "again",
    "amend",
    "check",
    "command",
    "edit",
    "label",
    "places",
    "resume",
    "tapped",
]


#: short answers to "Pakai pesan ini?"
YES_NO = {"ya": "yes", "iya": "yes", "yes": "yes", "tidak": "no", "no": "no"}


def resume(place: Place, notice: Text | None = None) -> Turn:
    """Goes on where the answers end."""
    place.state = place.state.at(NAME, **{**place.state.data, "review": ""})
    return take.go_on(place, notice)


def on_message(incoming: Incoming, state: DialogueState, place: Place) -> Outcome:
    """A message that is neither a tap nor a command."""
    question = place.question
    if question is None:
        return _outside(place, incoming)
    if incoming.files:
        return take.files(place, question, incoming)
    is_number = incoming.kind == "contact" and question.kind == "phone"
    if incoming.kind in UNREAD and not is_number:
        return ask(place, question, take.NEEDS_FILE if question.kind == "file" else UNREAD[incoming.kind])
    words = _number(incoming.contact) if is_number else incoming.text
    if not words.strip():
        return ask(place, question, Text("Pesan Anda kosong. Silakan tulis jawabannya."))
    if not (incoming.saw_last_message or early.collects(place, question, aware=incoming.saw_question)):
        return early.hold(place, question, words)
    return _words(place, question, words)


def _number(contact: str) -> str:
    """A phone may leave out the + before the number of the country."""
    return f"+{contact}" if contact[:1] in set("123456789") else contact


def _words(place: Place, question: Question, words: str) -> Outcome:
    agrees = YES_NO.get(words.strip().casefold(), "") if place.offering else ""
    if early.overtaken(place, question):
        return early.lost_politely(place, question, "" if agrees else words)
    if agrees:
        return early.use(place, question) if agrees == "yes" else early.drop(place, question)
    return _jump_or_take(place, question, words)


def on_button(args: Sequence[str], state: DialogueState, place: Place) -> Outcome:
    """A button of a form: `<question code>:<what>:<draft revision when it was shown>`. Untrusted."""
    match args:
        case [code, what, revision] if revision.isascii() and revision.isdigit() and len(revision) < 10:
            if code == "-":
                return _screen(place, what, int(revision))
            return _question_tap(place, code, what, int(revision))
    return reprompt(place, Text("Tombol itu tidak kami kenali."))


def command(name: str, place: Place, incoming: Incoming) -> Outcome | None:
    """Words that work at every question; `None` for those the form leaves to others."""
    question = place.question
    if question is not None and name in {"skip", "done"}:
        return _ending(
            name, place, question, seen=incoming.saw_question if name == "done" else incoming.saw_last_message
        )
    match name:
        case "back":
            return _back(place, question) if question else show_blocks(place)
        case "help":
            return _help(place, question) if question else None
        case "skip" | "blocks":
            return show_blocks(place)
    return None


def _ending(name: str, place: Place, question: Question, *, seen: bool) -> Outcome:
    """ "Lewati" and "selesai" answer a question too: one that was seen and is still as it was."""
    if early.overtaken(place, question):
        return _changed_since(place, question)
    if not seen:
        return ask(
            place, question, Text("Pesan itu datang sebelum pertanyaan ini Anda lihat. Silakan tulis sekali lagi.")
        )
    return take.skip(place, question) if name == "skip" else take.tap(place, question, "done")


def check(place: Place, notice: Text) -> Turn:
    """The screen before the last button."""
    return show_check(place, notice)


def reprompt(place: Place, notice: Text | None = None) -> Turn:
    """The open question, or the open screen, once more."""
    question = place.question
    if question is not None:
        return ask(place, question, notice)
    if place.reviewing == CHECK:
        return show_check(place, notice)
    if place.reviewing:
        return show_block(place, place.reviewing, notice)
    return show_blocks(place, notice)


def _question_tap(place: Place, code: str, what: str, revision: int) -> Outcome:
    question = place.by_code(code)
    if question is None:
        return reprompt(place, Text("Pertanyaan %(code)s tidak berlaku lagi untuk isian Anda.", code=code[:12]))
    if what == "edit":
        return edit(place, question, question.section)
    if what == "fix":
        return edit(place, question, CHECK)
    if what == "help":
        return _help(place, question)
    if what == "back":
        return _back(place, question)
    if is_locked(place, question):
        return reprompt(place)
    if place.overtaken(question, revision):
        return _changed_since(place, question)
    was_open = place.question is not None and place.question.id == question.id
    place.state = _opened(place, question)
    outcome = _pressed(place, question, what)
    only_ticks = question.kind == "choices" and what.partition(".")[0] in {"on", "off"} and not place.held
    return in_place(outcome) if was_open and only_ticks and isinstance(outcome, Turn) else outcome


def _pressed(place: Place, question: Question, what: str) -> Outcome:
    action, _, words = what.partition(".")
    is_offered = bool(place.held) and words == mark(place.held[0])
    match action:
        case "skip":
            return take.skip(place, question)
        case "keep" if place.remark(question) and not place.answered(question):
            return ask_reply(place, question)
        case "keep" if place.answered(question):
            return take.go_on(place)
        case "keep" if place.draft.state == "revising" and question.id in place.draft.answers:
            place.ctx = replace(place.ctx, message="")  # its words are no answer
            return take.recorded(place, question, place.value(question))
        case "use" if is_offered:
            return early.use(place, question)
        case "drop" if is_offered:
            return early.drop(place, question)
        case "jump" | "take" if "typed" in place.state.data:
            return _after_doubt(place, question, what)
    return take.tap(place, question, what)


def _screen(place: Place, what: str, revision: int) -> Outcome:
    action, _, argument = what.partition(".")
    match action:
        case "next":
            following = place.next()
            return ask(place, following) if following else show_blocks(place)
        case "block":
            return show_block(place, argument)
        case "check":
            return show_check(place)
        case "submit" if revision != place.draft.revision:
            notice = Text("Isian berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
            return show_check(place, notice) if len(place.form.sections) > 1 else show_blocks(place, notice)
        case "submit":
            return Finished(place.draft, place.state, submits=True)
        case "leave":
            return Finished(place.draft, place.state, submits=False)
        case "blocks":
            return show_blocks(place)
    return reprompt(place, Text("Tombol itu tidak kami kenali."))


def _opened(place: Place, question: Question) -> DialogueState:
    """A tap names its question: from now on that one is open."""
    if place.question is not None and place.question.id == question.id:
        return place.state
    kept = {name: place.state.data[name] for name in ("draft", "revision", "held", "review")}
    return replace(place.state, asked=question.id, data=kept)


def edit(place: Place, question: Question, review: str = "") -> Turn:
    """Asks an answered question again; afterwards the screen under `review` is shown, else the next open question."""
    if is_locked(place, question):
        return show_block(place, question.section, _locked_sentence(question))
    place.state = place.state.at(NAME, **{**place.state.data, "review": review})
    return ask(place, question)


def _locked_sentence(question: Question) -> Text:
    return Text(
        "Butir %(code)s ditentukan oleh pertanyaan kelayakan. Untuk mengubahnya, mulai permohonan baru.",
        code=question.code,
    )


def _help(place: Place, question: Question) -> Turn:
    column = rows.column_asked(place, question) if question.kind == "rows" else None
    about = column or question
    text = lines(
        Text("Bantuan untuk %(question)s", question=about.label if column else label(question)),
        about.help,
        Text("Contoh: %(example)s", example=about.example) if about.example else None,
        Text("Data pribadi ini dipakai untuk: %(purpose)s", purpose=about.purpose) if about.purpose else None,
        Text("Untuk pindah, tulis nomor butirnya, misalnya 4.6."),
    )
    return ask(place, question, text)


def _back(place: Place, question: Question) -> Turn:
    within = {"rows": rows.back, "schedule": schedule.back}.get(question.kind)
    step = within(place, question) if within else None
    if step is not None:
        return step
    if place.reviewing:
        return show_check(place) if place.reviewing == CHECK else show_block(place, place.reviewing)
    before = previous_question(place.path, question.id)
    while before is not None and is_locked(place, before):
        before = previous_question(place.path, before.id)
    return ask(place, before) if before else ask(place, question, Text("Ini pertanyaan pertama."))


def _outside(place: Place, incoming: Incoming) -> Turn:
    """Typed on a screen that asks nothing: a code jumps, anything else shows the screen again."""
    target = place.by_code(incoming.text.strip()) if incoming.kind == "text" else None
    if target is not None:
        return edit(place, target, place.reviewing)
    if incoming.kind in UNREAD:
        return reprompt(place, UNREAD[incoming.kind])
    return reprompt(place, Text("Silakan pilih salah satu, atau tulis nomor butir, misalnya 4.6."))


def _jump_or_take(place: Place, question: Question, text: str) -> Outcome:
    target = place.by_code(text.strip())
    if target is None:
        return take.words(place, question, text)
    if question.kind in {"text", "number"} and target.id != question.id and _reads(place, question, text):
        return _ask_which(place, question, target, text.strip())
    return edit(place, target) if target.id in place.draft.answers else ask(place, target)


def _reads(place: Place, question: Question, text: str) -> bool:
    try:
        answers.read(question, text, place.ctx.reading)
    except Unreadable:
        return False
    return True


def _ask_which(place: Place, question: Question, target: Question, text: str) -> Turn:
    """ "0.5" may be a fraction or a question's number: the person says which."""
    doubt = Text(
        "Apakah “%(words)s” jawaban untuk %(code)s, atau Anda ingin pindah ke pertanyaan itu?",
        words=text,
        code=question.code,
    )
    choices = (
        Choice(place.tap(question, "take"), Text("Jawaban untuk %(code)s", code=question.code)),
        Choice(place.tap(question, "jump"), Text("Pindah ke %(code)s", code=target.code)),
    )
    return place.say(question.id, doubt, *choices, typed=text)


def _after_doubt(place: Place, question: Question, what: str) -> Outcome:
    typed = str(place.state.data["typed"])
    place.ctx = replace(place.ctx, message="")  # the words came in another message
    target = place.by_code(typed)
    if what == "jump" and target is not None:
        return edit(place, target) if target.id in place.draft.answers else ask(place, target)
    return take.words(place, question, typed)


def _changed_since(place: Place, question: Question) -> Turn:
    value: Value = place.value(question)
    notice = (
        Text(
            "Jawaban %(code)s sudah berubah sementara itu. Sekarang: %(answer)s",
            code=question.code,
            answer=brief(question, value),
        )
        if question.id in place.draft.answers
        else Text("Jawaban %(code)s sudah berubah sementara itu.", code=question.code)
    )
    return reprompt(place, notice)
