"""Recording a letter that was signed outside: its number, its identity, the PDF itself."""

from __future__ import annotations

from bot.actions import Action, fields_of
from bot.chat import DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.officer import acts, head, inbox
from bot.conversations.unread import UNREAD, why_refused
from bot.service import cases, letters, transitions
from bot.service.cases import FEASIBLE
from bot.service.context import Context
from domain.numbers import IDENTITY
from domain.text import Json, Text, one_line, paragraphs

NAME = "upload"
LONGEST_NUMBER = 60

_NUMBER = Text("Tulis nomor surat seperti tertera pada surat yang ditandatangani, misalnya B-90/7304/KS.200/2026.")
_IDENTITY = Text("Tulis identitas rekomendasinya seperti tertera pada surat, misalnya V-26.7304.001.")
_FILE = Text("Kirim PDF surat yang sudah ditandatangani.")


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    number = state.data.get("application")
    return _ask(state, number, notice) if isinstance(number, int) else inbox.start(state, ctx, notice)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case ["start", number] if number.isascii() and number.isdigit() and len(number) < 18:
            tap = Incoming("", "", "", ctx.now, "tap")
            return acts.guarded(state, ctx, int(number), lambda: _step(state, ctx, int(number), tap))
    return inbox.start(state, ctx, Text("Tombol itu tidak kami kenali."))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    number = state.data.get("application")
    if not isinstance(number, int):
        return inbox.start(state, ctx)
    return acts.guarded(state, ctx, number, lambda: _step(state, ctx, number, incoming))


def _step(state: DialogueState, ctx: Context, number: int, incoming: Incoming) -> Turn:
    """Number, then identity where the verdict gives one, then the file: the first that is missing is asked."""
    application = cases.open_case(ctx, number)
    transitions.check(ctx, application, "issue", act="issue_by_upload")
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
    letters.issue_by_upload(ctx, application, str(state.data["letter"]), identity, incoming.files[0])
    return head.show(state, ctx, number, Text("✓ Surat tercatat terbit dan dikirim kepada pemohon."))


def _ask(state: DialogueState, number: int, notice: Text | None = None) -> Turn:
    text = _NUMBER if "letter" not in state.data else _IDENTITY if _needs_identity(state) else _FILE
    kept: dict[str, Json] = {**state.data, "application": number}
    prompt = Prompt(paragraphs(notice, text), (acts.cancel(number),), expects="upload", takes_file=text is _FILE)
    return turn(state.at(NAME, **kept), prompt)


def _needs_identity(state: DialogueState) -> bool:
    return bool(state.data.get("feasible")) and "identity" not in state.data
