"""One application on an officer's phone: take it, write to colleagues, ask for a revision, send its letter on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.conversations.officer import examine, head, steps
from bot.conversations.officer.head import WITH_LETTER
from bot.conversations.officer.steps import Step, Steps, Tap
from bot.conversations.types import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import cases, decisions, revisions
from bot.service.desk import Desk
from desk.text import Text
from storage.tables import Application

NAME = head.NAME


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    return steps.tapped(TAPS, args, state, desk)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    """Words for colleagues, else a question's number: "3.2"."""
    return examine.by_code(incoming, state, desk) or steps.advance(STEPS, incoming, state, desk)


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    return steps.again(STEPS, state, desk, notice)


def _show(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    """`more`: the block that was read."""
    return head.show(state, desk, number, after=more[0] if more else "")


def _act(act: Callable[[Desk, Application], None], done: Text) -> Tap:
    def run(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
        act(desk, cases.open_case(desk, number))
        return head.show(state, desk, number, done)

    return run


def _send(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    if decisions.send_to_director(desk, cases.open_case(desk, number)):
        return head.show(state, desk, number, Text("✓ Surat sudah dikirim kepada direktur."))
    text = Text(
        "✓ Surat menunggu terbit. Belum ada direktur di percakapan ini: sampaikan suratnya kepada direktur, "
        "lalu pilih Catat surat terbit."
    )
    return head.show(state, desk, number, text)


def _letter(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    file = cases.open_letter(desk, application)
    back = Choice(f"{NAME}:show:{number}", Text("Kembali"), nav=True)
    draft = Text("Konsep surat untuk %(number)s", number=application.number)
    text = draft if application.status in WITH_LETTER else Text("Surat untuk %(number)s", number=application.number)
    choices = (*head.letter_choices(desk, application), back)
    return turn(state.at(NAME, application=number), Prompt(text, choices, Attachment(file.id, file.name)))


def _ask_note(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    cases.must(desk, "note", cases.open_case(desk, number))
    return steps.wait(NAME, state, "note", number, Text("Tulis catatan untuk rekan petugas. Pemohon tidak melihatnya."))


def _take_note(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    cases.note(desk, cases.open_case(desk, number), words)
    return head.show(state, desk, number, Text("✓ Catatan internal tersimpan."))


def _ask_to_expire(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    revisions.must_be_silent_too_long(desk, application)
    text = Text(
        "Pemohon belum menjawab catatan sejak %(day)s. Nyatakan permohonan %(number)s kedaluwarsa? "
        "Pemohon langsung diberi tahu, dan permohonan tidak dapat dibuka lagi.",
        day=revisions.returned_on(desk, application),
        number=application.number,
    )
    sure = Choice(f"{NAME}:expire:{number}", Text("Ya, kedaluwarsa"))
    return steps.ask(NAME, state, number, text, sure)


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
STEPS: Steps = {"note": Step(lambda state, desk, number: _ask_note(state, desk, number, []), _take_note)}
