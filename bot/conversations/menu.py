"""The first words and the menu."""

from __future__ import annotations

from bot.actions import Action
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import drafts, officers
from bot.service.applications import FORM
from bot.service.context import Context
from domain.text import Text, paragraphs

NAME = "menu"


def welcome(words: str, state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """The answer to the very first message; words that ask something are answered at once."""
    answered = guide.answer(words, state, ctx) if words else None
    if answered is not None:
        return answered
    hello = Text(
        "Selamat datang di Layanan Rekomendasi Kegiatan Statistik %(office)s. Layanan ini gratis. "
        "Di sini instansi pemerintah memberitahukan survei, sensus, atau kompilasi data yang direncanakan, "
        "lalu memperoleh surat rekomendasi.",
        office=ctx.office.words["office"],
    )
    return show(state, ctx, paragraphs(hello, notice))


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """The menu. An application that is not submitted yet comes first."""
    unfinished = drafts.unfinished(ctx, FORM)
    first = (
        Choice("apply:resume", Text("Lanjutkan permohonan"), Text("Lanjutkan"))
        if unfinished
        else Choice("apply:start", Text("Ajukan permohonan"), None)
    )
    choices: tuple[Choice, ...] = (
        first,
        Choice("guide:start", Text("Syarat, alur, waktu, biaya"), Text("Syarat dan alur")),
        Choice("catalogue:start", Text("Cari kegiatan yang sudah direkomendasikan"), Text("Cari kegiatan")),
        Choice("status:start", Text("Status permohonan")),
        Choice("complaint:show", Text("Pengaduan")),
        Choice("account:start", Text("Akun dan pindah perangkat"), Text("Akun & perangkat")),
        Choice("language:start", Text("Bahasa / Language")),
    )
    if officers.role(ctx) != "applicant":
        choices = (Choice("inbox:start", Text("Berkas permohonan")), *choices)
    text = paragraphs(notice, Text("Apa yang dapat kami bantu? Pilih salah satu, atau tulis pertanyaan Anda."))
    return turn(state.at(NAME), Prompt(text, choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Free words: the best answer we have, else the menu."""
    answered = guide.answer(incoming.text, state, ctx)
    return answered or show(state, ctx, Text("Maaf, kami belum memahami pesan itu."))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return show(state, ctx)


#: outside a form there is no question to skip, to end or to go back to
COMMANDS: CommandHandlers = dict.fromkeys(("start", "menu", "back", "skip", "done", "blocks"), without_argument(show))
