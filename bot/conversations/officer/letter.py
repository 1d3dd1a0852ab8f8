"""Before a drafted letter goes to the director: other words for it, or the examination once more."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Turn
from bot.conversations.officer import acts, head
from bot.conversations.officer.acts import Step, Steps, Tap
from bot.conversations.officer.verdict import items_of, ready_made, ready_words
from bot.service import cases, decisions, transitions
from bot.service.context import Context
from domain.remarks import HEED
from domain.text import Text, paragraphs

NAME = "letter"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_button(TAPS, fields_of(action), state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_message(STEPS, incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return acts.reprompt(STEPS, state, ctx, notice)


def _edit(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    application = cases.open_case(ctx, number)
    transitions.check(ctx, application, "edit_letter")
    text = paragraphs(
        head.numbered(Text("Alasan:"), application.grounds),
        head.numbered(Text("Perlu diperhatikan:"), application.heed),
        Text("Bagian mana yang ingin Anda ubah?"),
    )
    choices = (
        Choice(f"{NAME}:grounds:{number}", Text("Ubah alasan")),
        Choice(f"{NAME}:heed:{number}", Text("Ubah yang perlu diperhatikan"), Text("Ubah perhatian")),
    )
    return acts.ask(NAME, state, number, text, *choices)


def _ask_grounds(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    application = cases.open_case(ctx, number)
    transitions.check(ctx, application, "edit_letter")
    listed, ready = ready_made(f"{NAME}:ground:{number}", application.verdict)
    text = Text("Tulis seluruh alasan yang baru, satu alasan satu baris, atau pilih salah satu.")
    return acts.wait(NAME, state, "grounds", number, paragraphs(text, listed), *ready)


def _ground(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    return _edited(state, ctx, number, grounds=ready_words(cases.open_case(ctx, number).verdict, more))


def _take_grounds(state: DialogueState, ctx: Context, number: int, words: str) -> Turn:
    return _edited(state, ctx, number, grounds=items_of(words))


def _ask_heed(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, number), "edit_letter")
    listed, ready = ready_made(f"{NAME}:heeded:{number}", HEED)
    ready.append(Choice(f"{NAME}:heeded:{number}:0", Text("Tidak ada")))
    text = Text("Tulis seluruh hal yang perlu diperhatikan, satu hal satu baris, atau pilih salah satu.")
    return acts.wait(NAME, state, "heed", number, paragraphs(text, listed), *ready)


def _heeded(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    return _edited(state, ctx, number, heed=ready_words(HEED, more))


def _take_heed(state: DialogueState, ctx: Context, number: int, words: str) -> Turn:
    return _edited(state, ctx, number, heed=items_of(words))


def _edited(
    state: DialogueState, ctx: Context, number: int, grounds: list[str] | None = None, heed: list[str] | None = None
) -> Turn:
    """One of the two, the other as it was."""
    application = cases.open_case(ctx, number)
    as_they_were = [str(item) for item in application.grounds], [str(item) for item in application.heed]
    new = (
        as_they_were[0] if grounds is None else grounds,
        as_they_were[1] if heed is None else heed,
    )
    decisions.edit_letter(ctx, application, *new)
    return head.show(state, ctx, number, Text("✓ Isi surat diubah. Konsep yang baru sedang disusun."))


def _ask_reopen(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, number), "reopen")
    text = Text(
        "Periksa permohonan ini sekali lagi? Putusan dan konsep suratnya tidak berlaku lagi, dan pemohon diberi tahu."
    )
    return acts.ask(NAME, state, number, text, Choice(f"{NAME}:reopened:{number}", Text("Ya, periksa lagi")))


def _reopen(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    decisions.reopen(ctx, cases.open_case(ctx, number))
    return head.show(state, ctx, number, Text("✓ Permohonan dibuka lagi untuk diperiksa."))


TAPS: Mapping[str, Tap] = {
    "edit": _edit,
    "grounds": _ask_grounds,
    "ground": _ground,
    "heed": _ask_heed,
    "heeded": _heeded,
    "reopen": _ask_reopen,
    "reopened": _reopen,
}
STEPS: Steps = {
    "grounds": Step(lambda state, ctx, number: _ask_grounds(state, ctx, number, []), _take_grounds),
    "heed": Step(lambda state, ctx, number: _ask_heed(state, ctx, number, []), _take_heed),
}
