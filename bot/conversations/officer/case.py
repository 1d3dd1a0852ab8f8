"""One application on an officer's phone: take it, write to colleagues, ask for a revision, send its letter on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.actions import Action, fields_of
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.officer import acts, examine, head
from bot.conversations.officer.acts import Step, Steps, Tap
from bot.conversations.officer.head import WITH_LETTER
from bot.service import access, cases, decisions, revisions
from bot.service.context import Context
from domain.text import Text
from storage.tables import Application

NAME = head.NAME


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_button(TAPS, fields_of(action), state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Words for colleagues, else a question's number: "3.2"."""
    return examine.by_code(incoming, state, ctx) or acts.on_message(STEPS, incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return acts.reprompt(STEPS, state, ctx, notice)


def _show(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """`more`: the block that was read."""
    return head.show(state, ctx, number, after=more[0] if more else "")


def _act(act: Callable[[Context, Application], None], done: Text) -> Tap:
    def run(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
        act(ctx, cases.open_case(ctx, number))
        return head.show(state, ctx, number, done)

    return run


def _send(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    if decisions.send_to_director(ctx, cases.open_case(ctx, number)):
        return head.show(state, ctx, number, Text("✓ Surat sudah dikirim kepada direktur."))
    text = Text(
        "✓ Surat menunggu terbit. Belum ada direktur di percakapan ini: sampaikan suratnya kepada direktur, "
        "lalu pilih Catat surat terbit."
    )
    return head.show(state, ctx, number, text)


def _letter(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    application = cases.open_case(ctx, number)
    file = cases.open_letter(ctx, application)
    back = Choice(f"{NAME}:show:{number}", Text("Kembali"), nav=True)
    draft = Text("Konsep surat untuk %(number)s", number=application.number)
    text = draft if application.status in WITH_LETTER else Text("Surat untuk %(number)s", number=application.number)
    choices = (*head.letter_choices(ctx, application), back)
    return turn(state.at(NAME, application=number), Prompt(text, choices, Attachment(file.id, file.name)))


def _ask_note(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    access.require(ctx, cases.open_case(ctx, number), "note")
    return acts.wait(NAME, state, "note", number, Text("Tulis catatan untuk rekan petugas. Pemohon tidak melihatnya."))


def _take_note(state: DialogueState, ctx: Context, number: int, words: str) -> Turn:
    cases.note(ctx, cases.open_case(ctx, number), words)
    return head.show(state, ctx, number, Text("✓ Catatan internal tersimpan."))


def _ask_to_expire(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    application = cases.open_case(ctx, number)
    revisions.must_be_silent_too_long(ctx, application)
    text = Text(
        "Pemohon belum menjawab catatan sejak %(day)s. Nyatakan permohonan %(number)s kedaluwarsa? "
        "Pemohon langsung diberi tahu, dan permohonan tidak dapat dibuka lagi.",
        day=revisions.returned_on(ctx, application),
        number=application.number,
    )
    sure = Choice(f"{NAME}:expire:{number}", Text("Ya, kedaluwarsa"))
    return acts.ask(NAME, state, number, text, sure)


TAPS: Mapping[str, Tap] = {
    "show": _show,
    "letter": _letter,
    "claim": _act(cases.claim, Text("✓ Permohonan ini sekarang Anda pegang.")),
    "release": _act(cases.release, Text("✓ Permohonan dilepaskan.")),
    "over": _act(cases.take_over, Text("✓ Permohonan ini sekarang Anda pegang.")),
    "note": _ask_note,
    "revision": _act(revisions.request_revision, Text("✓ Pemohon sudah diminta memperbaiki.")),
    "silent": _ask_to_expire,
    "expire": _act(revisions.expire, Text("✓ Permohonan dinyatakan kedaluwarsa. Pemohon sudah diberi tahu.")),
    "send": _send,
}
STEPS: Steps = {"note": Step(lambda state, ctx, number: _ask_note(state, ctx, number, []), _take_note)}
