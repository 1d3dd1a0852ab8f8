"""Recording a letter that was signed outside: its number, its identity, the PDF itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.officer import head, inbox, steps
from bot.conversations.types import DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.unread import UNREAD, why_refused
from bot.service import cases, letters
from bot.service.cases import FEASIBLE
from bot.service.desk import Desk
from desk.numbers import IDENTITY
from desk.reading import one_line
from desk.text import Json, Text, paragraphs

NAME = "upload"
LONGEST_NUMBER = 60

_NUMBER = Text("Tulis nomor surat seperti tertera pada surat yang ditandatangani, misalnya B-90/7304/KS.200/2026.")
_IDENTITY = Text("Tulis identitas rekomendasinya seperti tertera pada surat, misalnya V-26.7304.001.")
_FILE = Text("Kirim PDF surat yang sudah ditandatangani.")


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    number = state.data.get("application")
    return _ask(state, number, notice) if isinstance(number, int) else inbox.start(state, desk, notice)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    match args:
        case ["start", number] if number.isascii() and number.isdigit() and len(number) < 18:
            tap = Incoming("", "", "", desk.now, "tap")
            return steps.guarded(state, desk, int(number), lambda: _step(state, desk, int(number), tap))
    return inbox.start(state, desk, Text("Tombol itu tidak kami kenali."))


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    number = state.data.get("application")
    if not isinstance(number, int):
        return inbox.start(state, desk)
    return steps.guarded(state, desk, number, lambda: _step(state, desk, number, incoming))


def _step(state: DialogueState, desk: Desk, number: int, incoming: Incoming) -> Turn:
    """Number, then identity where the verdict gives one, then the file: the first that is missing is asked."""
    application = cases.open_case(desk, number)
    cases.must_be_possible(desk, application, "issue", "issue_by_upload")
    if incoming.kind == "tap":
        return _ask(state.at(NAME, application=number, feasible=application.verdict == FEASIBLE), number)
    words = one_line(incoming.text)
    if incoming.kind in UNREAD and ("letter" not in state.data or _needs_identity(state)):
        return _ask(state, number, UNREAD[incoming.kind])
    if "letter" not in state.data:
        if not words or len(words) > LONGEST_NUMBER:
            return _ask(state, number, Text("Nomor surat ditulis dalam satu baris, paling banyak 60 huruf."))
        return _ask(state.at(NAME, **{**state.data, "letter": words}), number)
    if _needs_identity(state):
        if not IDENTITY.fullmatch(words):
            return _ask(state, number, Text("Bentuknya satu huruf, tahun, kode wilayah, dan nomor urut."))
        return _ask(state.at(NAME, **{**state.data, "identity": words}), number)
    if len(incoming.files) != 1:
        return _ask(state, number, Text("Kirim satu berkas PDF."))
    why = why_refused(incoming.files[0])
    if why is not None:
        return _ask(state, number, Text("%(name)s: %(why)s", name=incoming.files[0].name, why=why))
    identity = str(state.data.get("identity", ""))
    letters.issue_by_upload(desk, application, str(state.data["letter"]), identity, incoming.files[0])
    return head.show(state, desk, number, Text("✓ Surat tercatat terbit dan dikirim kepada pemohon."))


def _ask(state: DialogueState, number: int, notice: Text | None = None) -> Turn:
    text = _NUMBER if "letter" not in state.data else _IDENTITY if _needs_identity(state) else _FILE
    kept: dict[str, Json] = {**state.data, "application": number}
    prompt = Prompt(paragraphs(notice, text), (steps.cancel(number),), asks="upload", takes_file=text is _FILE)
    return turn(state.at(NAME, **kept), prompt)


def _needs_identity(state: DialogueState) -> bool:
    return bool(state.data.get("feasible")) and "identity" not in state.data
