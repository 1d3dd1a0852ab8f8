"""The account: who we think the writer is, and a code for going on in another channel."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.applicant import ContinueElsewhere, MoveHere, Register
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.buttons import MENU
from bot.service import continuations
from bot.service.context import Context
from domain.text import Text, lines, paragraphs, verbatim

NAME = "account"


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Shows the account."""
    person = ctx.actor
    if person.registered_at is None:
        text = Text(
            "Anda belum terdaftar di percakapan ini. Pendaftaran hanya sekali, dan dilakukan saat mengajukan "
            "permohonan."
        )
        move = Choice(code(MoveHere()), Text("Lanjutkan dari perangkat lain"), Text("Pindah perangkat"))
        choices: tuple[Choice, ...] = (Choice(code(Register()), Text("Daftar sekarang")), move, MENU)
        return turn(state.at(NAME), Prompt(paragraphs(notice, text), choices))
    text = lines(
        Text("Anda terdaftar sebagai:"),
        verbatim(person.name),
        verbatim(f"{person.position}, {person.institution}"),
        verbatim(person.phone),
        verbatim(person.email),
    )
    other_device = Text(
        "Untuk melanjutkan dari perangkat lain, buka percakapan di sana, pilih “Akun dan pindah perangkat”, "
        "lalu pakai alamat e-mail ini."
    )
    elsewhere = Choice(code(ContinueElsewhere()), Text("Lanjutkan di aplikasi lain"), Text("Aplikasi lain"))
    choices = (Choice(code(Register()), Text("Ubah data saya")), elsewhere, MENU)
    return turn(state.at(NAME), Prompt(paragraphs(notice, text, other_device), choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return start(state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ContinueElsewhere() if ctx.actor.registered_at is not None:
            return _offer_code(state, ctx)
    return start(state, ctx)


def _offer_code(state: DialogueState, ctx: Context) -> Turn:
    one_time_code, links = continuations.offer(ctx)
    text = paragraphs(
        Text("Buka percakapan dengan kami di aplikasi lain, lalu tulis di sana:"),
        verbatim(f"/{continuations.COMMAND} {one_time_code}"),
        lines(Text("Atau buka tautan ini:"), *map(verbatim, links)) if links else None,
        Text("Kode berlaku 15 menit, untuk satu kali. Di sana kami juga mengirim kode ke e-mail Anda."),
    )
    return turn(state.at(NAME), Prompt(text, (MENU,)))
