"""Coming to the desk: when it is open, where it is, and what can be done before."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.applicant import ShowGuestBook, ShowQueue
from bot.chat import Choice, DialogueState, Incoming, Link, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service.context import Context
from domain.text import Text, paragraphs

NAME = "visit"


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    words = ctx.office.words
    text = paragraphs(
        notice,
        Text("Meja layanan buka %(hours)s.", hours=words["hours"]),
        Text("Alamat: %(address)s.", address=words["address"]),
        Text("Anda dapat mengambil nomor antrean dan mengisi buku tamu dari sini sebelum datang."),
    )
    choices = (
        Choice(code(ShowQueue()), Text("Nomor antrean")),
        Choice(code(ShowGuestBook()), Text("Buku tamu")),
        MENU,
    )
    return turn(state.at(NAME), Prompt(text, choices, link=Link(Text("Buka peta"), ctx.office.map_url)))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return show(state, ctx)


COMMANDS: CommandHandlers = {"visit": without_argument(show)}
