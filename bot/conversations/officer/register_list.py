"""The register of letters, the newest first, for the staff."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.officer import OpenInbox, PrintRegister, RegisterPage
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.officer import inbox
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import papers, register
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, cut, lines, paragraphs
from storage.tables import RegisterEntry

NAME = "register"
_TITLE, _REASON = 80, 160  #: characters


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    return _show(state, ctx, 0, notice)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if isinstance(action, PrintRegister):
        return _print(state, ctx, action.year)
    return _show(state, ctx, action.below if isinstance(action, RegisterPage) else 0)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return inbox.look_up(state, ctx, incoming.text)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return start(state, ctx, notice)


def _print(state: DialogueState, ctx: Context, year: int) -> Turn:
    try:
        papers.order(ctx, "register", year)
    except ActionRefused as refused:
        return _show(state, ctx, 0, refused.text)
    return _show(state, ctx, 0, papers.IN_WORK)


def _show(state: DialogueState, ctx: Context, below: int, notice: Text | None = None) -> Turn:
    try:
        page = register.list_entries(ctx, below)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    heading = Text("Register surat") if page.entries else Text("Belum ada surat yang terbit.")
    older = Choice(code(RegisterPage(page.entries[-1].id)), Text("Sebelumnya"), nav=True) if page.has_older else None
    overview = Choice(code(OpenInbox()), Text("Semua berkas"), nav=True)
    text = paragraphs(notice, heading, *(_entry(entry, entry.letter_id in page.scanned) for entry in page.entries))
    years = sorted({entry.day.year for entry in page.entries}, reverse=True)
    prints = [Choice(code(PrintRegister(year)), Text("Cetak tahun %(year)s", year=str(year))) for year in years]
    return turn(state.at(NAME), Prompt(text, (*prints, *((older,) if older else ()), overview, MENU)))


def _entry(entry: RegisterEntry, is_scan: bool) -> Text:
    return lines(
        Text("%(number)s, %(day)s", number=entry.number, day=entry.day),
        Text("“%(title)s”", title=cut(entry.title, _TITLE)),
        _STATES[entry.state] if not entry.reason else None,
        Text("%(state)s: %(reason)s", state=_STATES[entry.state], reason=cut(entry.reason, _REASON))
        if entry.reason
        else None,
        Text("Hasil pindai, ditandatangani dengan tangan") if is_scan else None,
    )


_STATES = {"valid": Text("Berlaku"), "replaced": Text("Diganti"), "revoked": Text("Dicabut")}
COMMANDS: CommandHandlers = {"register": without_argument(start)}
