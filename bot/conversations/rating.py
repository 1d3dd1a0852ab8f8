"""One to five stars and a word, asked once when the letter has arrived."""

from __future__ import annotations

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import ratings
from bot.service.context import Context
from bot.service.ratings import STARS, stars_of
from domain.text import Text, lines, paragraphs

NAME = "rating"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case ["ask", number] if _is_number(number):
            return _ask(state, int(number))
        case ["stars", number, ("1" | "2" | "3" | "4" | "5") as stars] if _is_number(number):
            return _rated(state, ctx, int(number), int(stars))
        case ["page", page] if _is_number(page) and len(page) < 6:
            return report(state, ctx, int(page))
        case ["later", _]:
            return menu.show(state, ctx, Text("Terima kasih atas penilaian Anda."))
    return menu.show(state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """The comment."""
    number = state.data.get("application")
    if isinstance(number, int) and ratings.comment(ctx, number, incoming.text):
        return menu.show(state, ctx, Text("Terima kasih, komentar Anda sudah kami simpan."))
    return menu.show(state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    number = state.data.get("application")
    return _ask_comment(state, number, notice) if isinstance(number, int) else menu.show(state, ctx, notice)


def report(state: DialogueState, ctx: Context, page: int = 0) -> Turn:
    """`/penilaian`: the mean, the number, the comments. For officers."""
    summary = ratings.summary(ctx, page)
    if summary is None:
        return menu.show(state, ctx, Text("Perintah ini hanya untuk petugas."))
    head = Text("Penilaian: rata-rata %(mean)s dari %(count)s penilaian.", mean=summary.mean, count=summary.count)
    rows = [Text("%(stars)s %(comment)s", stars=STARS[stars], comment=words) for stars, words in summary.comments]
    ways = [Choice("menu:show", Text("Menu"), nav=True)]
    if summary.more:
        ways.insert(0, Choice(f"{NAME}:page:{page + 1}", Text("Berikutnya"), nav=True))
    if page:
        ways.insert(0, Choice(f"{NAME}:page:{page - 1}", Text("Sebelumnya"), nav=True))
    text = paragraphs(head if summary.count else Text("Belum ada penilaian."), lines(*rows) if rows else None)
    return turn(state.at(NAME), Prompt(text, tuple(ways)))


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 18


def _rated(state: DialogueState, ctx: Context, application_id: int, stars: int) -> Turn:
    if not ratings.rate(ctx, application_id, stars):
        return menu.show(state, ctx, Text("Penilaian untuk permohonan itu tidak dapat diubah lagi."))
    return _ask_comment(state, application_id, Text("Terima kasih. Anda memberi %(stars)s.", stars=STARS[stars]))


def _ask(state: DialogueState, application_id: int) -> Turn:
    text = Text("Bagaimana layanan kami? Silakan beri 1 sampai 5 bintang.")
    later = Choice("menu:show", Text("Menu"), nav=True)
    return turn(state.at(NAME), Prompt(text, (*stars_of(application_id), later)))


def _ask_comment(state: DialogueState, application_id: int, notice: Text) -> Turn:
    text = paragraphs(
        notice, Text("Bila berkenan, tulis satu kalimat tentang layanan kami. Penilaian dapat diubah selama 7 hari.")
    )
    later = Choice(f"{NAME}:later:{application_id}", Text("Tanpa komentar"), nav=True)
    return turn(state.at(NAME, application=application_id), Prompt(text, (later,), expects="comment"))


COMMANDS: CommandHandlers = {"ratings": without_argument(report)}
