"""Talks any form through: asks, checks, explains, goes back, edits, reviews, and hands over to submission.

Which question is open is the dialogue's; what is answered is the draft's. So a restart, another channel or a changed
form moves nobody to a wrong place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from bot.conversations.form import place as places
from bot.conversations.form import rows, schedule, take
from bot.conversations.form.ask import ask, brief, label
from bot.conversations.form.place import MOST_HELD, NAME, Finished, Outcome, Place
from bot.conversations.form.review import CHECK, is_locked, show_block, show_blocks, show_check
from bot.conversations.types import Choice, DialogueState, Incoming, Turn
from desk import answers
from desk.forms import Question, Value, previous_question
from desk.reading import Unreadable
from desk.text import Json, Text, lines

__all__ = [
    "NAME",
    "Finished",
    "Outcome",
    "advance",
    "again",
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
    return take.go_on(place, notice)


def advance(incoming: Incoming, state: DialogueState, place: Place) -> Outcome:
    """A message that is neither a tap nor a command."""
    question = place.question
    if question is None:
        return _outside(place, incoming)
    if incoming.kind == "contact" and question.kind == "phone":
        return take.words(place, question, incoming.contact)
    if incoming.files:
        return take.files(place, question, incoming)
    if incoming.kind not in {"text", "edit"}:
        return ask(place, question, Text("Kami belum dapat membaca pesan seperti itu. Silakan jawab dengan tulisan."))
    if not incoming.text.strip():
        return ask(place, question, Text("Pesan Anda kosong. Silakan tulis jawabannya."))
    collecting = question.kind == "longtext" and isinstance(place.partial(question), str)
    if not (incoming.fresh or collecting):
        return _hold(place, question, incoming.text)
    if place.held and (answer := YES_NO.get(incoming.text.strip().casefold())):
        return _use_held(place, question) if answer == "yes" else ask(_with_held(place, place.held[1:]), question)
    if place.overtaken(question, _revision(state)):
        return _lost_politely(place, question, incoming.text)
    return _jump_or_take(place, question, incoming.text)


def tapped(args: Sequence[str], state: DialogueState, place: Place) -> Outcome:
    """A button of a form: `<question code>:<what>:<draft revision when it was shown>`. Untrusted."""
    match args:
        case [code, what, revision] if revision.isascii() and revision.isdigit() and len(revision) < 10:
            if code == "-":
                return _screen(place, what)
            return _question_tap(place, code, what, int(revision))
    return again(place, Text("Tombol itu tidak kami kenali."))


def command(name: str, place: Place) -> Outcome | None:
    """Words that work at every question; `None` for those the form leaves to others."""
    question = place.question
    match name:
        case "back":
            return _back(place, question) if question else show_blocks(place)
        case "help":
            return _help(place, question) if question else None
        case "skip":
            return take.skip(place, question) if question else show_blocks(place)
        case "done" if question:
            return take.tap(place, question, "done")
        case "blocks":
            return show_blocks(place)
        case "continue":
            return take.go_on(place)
    return None


def check(place: Place, notice: Text) -> Turn:
    """The screen before the last button."""
    return show_check(place, notice)


def again(place: Place, notice: Text | None = None) -> Turn:
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
        return again(place, Text("Pertanyaan %(code)s tidak berlaku lagi untuk isian Anda.", code=code[:12]))
    if what == "edit":
        return edit(place, question, question.section)
    if what == "fix":
        return edit(place, question, CHECK)
    if what == "help":
        return _help(place, question)
    if what == "back":
        return _back(place, question)
    if is_locked(question):
        return again(place)
    if place.overtaken(question, revision):
        return _changed_since(place, question)
    place.state = _opened(place, question)
    match what:
        case "skip":
            return take.skip(place, question)
        case "keep" if question.id in place.draft.answers:
            return take.go_on(place)
        case "use" if place.held:
            return _use_held(place, question)
        case "drop" if place.held:
            return ask(_with_held(place, place.held[1:]), question)
        case "jump" | "take" if "typed" in place.state.data:
            return _after_doubt(place, question, what)
    return take.tap(place, question, what)


def _screen(place: Place, what: str) -> Outcome:
    action, _, argument = what.partition(".")
    match action:
        case "next":
            following = place.next()
            return ask(place, following) if following else show_blocks(place)
        case "block":
            return show_block(place, argument)
        case "check":
            return show_check(place)
        case "submit":
            return Finished(place.draft, place.state, submits=True)
        case "leave":
            return Finished(place.draft, place.state, submits=False)
        case "blocks":
            return show_blocks(place)
    return again(place, Text("Tombol itu tidak kami kenali."))


def _opened(place: Place, question: Question) -> DialogueState:
    """A tap names its question: from now on that one is open."""
    if place.question is not None and place.question.id == question.id:
        return place.state
    return replace(place.state, asked=question.id)


def edit(place: Place, question: Question, review: str = "") -> Turn:
    """Asks an answered question again; afterwards the screen under `review` is shown, else the next open question."""
    if is_locked(question):
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
    while before is not None and is_locked(before):
        before = previous_question(place.path, before.id)
    return ask(place, before) if before else ask(place, question, Text("Ini pertanyaan pertama."))


def _outside(place: Place, incoming: Incoming) -> Turn:
    """Typed on a screen that asks nothing: a code jumps, anything else shows the screen again."""
    target = place.by_code(incoming.text.strip()) if incoming.kind == "text" else None
    if target is not None:
        return edit(place, target, place.reviewing)
    if incoming.files:
        return again(place, Text("Saat ini tidak ada butir yang meminta berkas, jadi berkas Anda tidak kami simpan."))
    return again(place, Text("Silakan pilih salah satu, atau tulis nomor butir, misalnya 4.6."))


def _jump_or_take(place: Place, question: Question, text: str) -> Outcome:
    target = place.by_code(text.strip())
    if target is None:
        return take.words(place, question, text)
    if question.kind in {"text", "number"} and target.id != question.id and _reads(place, question, text):
        return _ask_which(place, question, target, text.strip())
    return edit(place, target) if target.id in place.draft.answers else ask(place, target)


def _reads(place: Place, question: Question, text: str) -> bool:
    try:
        answers.read(question, text, place.desk.reading)
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
    target = place.by_code(typed)
    if what == "jump" and target is not None:
        return edit(place, target) if target.id in place.draft.answers else ask(place, target)
    return take.words(place, question, typed)


def _hold(place: Place, question: Question, text: str) -> Turn:
    """Kept and offered. While one is offered, the next ones only wait: one answer to one burst."""
    if len(place.held) >= MOST_HELD:
        return ask(place, question, Text("Terlalu banyak pesan sekaligus; pesan terakhir tidak kami simpan."))
    held = [*place.held, text]
    if len(held) > 1 and not place.overtaken(question, _revision(place.state)):
        kept = {**place.state.data, "held": cast("Json", held)}
        return Turn(replace(place.state, data=kept))
    return ask(_with_held(place, held), question)


def _use_held(place: Place, question: Question) -> Outcome:
    first, *rest = place.held
    return take.words(_with_held(place, rest), question, first)


def _lost_politely(place: Place, question: Question, text: str) -> Turn:
    """The answer came from another channel meanwhile: the new value is shown, and what was typed is offered again."""
    if question.id in place.draft.answers:
        notice = Text(
            "Butir %(code)s sudah dijawab dari perangkat lain: %(answer)s",
            code=question.code,
            answer=brief(question, place.value(question)),
        )
    else:
        notice = Text("Butir %(code)s sudah diubah dari perangkat lain.", code=question.code)
    return ask(_with_held(place, [text]), question, notice)


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
    return again(place, notice)


def _with_held(place: Place, held: list[str]) -> Place:
    place.state = replace(place.state, data={**place.state.data, "held": cast("Json", held)})
    return place


def _revision(state: DialogueState) -> int:
    revision = state.data.get("revision", 0)
    return revision if isinstance(revision, int) else 0
