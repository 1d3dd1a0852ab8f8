"""The account: who we think the writer is, and a code for going on in another channel."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, code
from bot.actions.applicant import AskSignOut, ContinueElsewhere, MoveHere, Register, ShowAccount, SignOut
from bot.actions.own_data import ShowOwnData
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide, menu
from bot.conversations.buttons import MENU
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import continuations, devices, officers
from bot.service.context import Context
from domain.text import Text, lines, paragraphs, verbatim

NAME = "account"
_OWN_DATA = Choice(code(ShowOwnData()), Text("Data saya: lihat dan hapus"), Text("Data saya"))

_UNDONE = {
    "done": Text("Percakapan itu sudah dikeluarkan dari akun Anda."),
    "wrong": Text("Kode itu tidak berlaku. Periksa lagi kode di e-mail kami."),
    "too_many": Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."),
}


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Shows the account."""
    person = ctx.actor
    if person.registered_at is None:
        text = Text(
            "Anda belum terdaftar di percakapan ini. Pendaftaran hanya sekali, dan dilakukan saat mengajukan "
            "permohonan."
        )
        move = Choice(code(MoveHere()), Text("Lanjutkan dari perangkat lain"), Text("Pindah perangkat"))
        choices: tuple[Choice, ...] = (Choice(code(Register()), Text("Daftar sekarang")), move, _OWN_DATA, MENU)
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
    leave = Choice(code(AskSignOut()), Text("Keluar dari perangkat ini"), Text("Keluar dari sini"))
    choices = (Choice(code(Register()), Text("Ubah data saya")), elsewhere, _OWN_DATA, leave, MENU)
    return turn(state.at(NAME), Prompt(paragraphs(notice, text, other_device), choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Answers a question; other words show the account again."""
    return guide.answer(incoming.text, state, ctx) or start(state, ctx, Text("Silakan pilih salah satu."))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ContinueElsewhere() if ctx.actor.registered_at is not None:
            return _offer_code(state, ctx)
        case AskSignOut():
            return ask_sign_out(state, ctx)
        case SignOut(person_id) if devices.sign_out(ctx, person_id):
            done = Text("Anda sudah keluar. Percakapan ini tidak lagi tersambung ke akun mana pun.")
            return _as_applicant(menu.show(DialogueState(), ctx, done))
    return start(state, ctx)


def ask_sign_out(state: DialogueState, ctx: Context) -> Turn:
    if ctx.actor.registered_at is None and officers.role(ctx) == "applicant":
        return start(state, ctx, Text("Percakapan ini tidak tersambung ke akun mana pun."))
    text = Text(
        "Keluar dari perangkat ini? Isian dan permohonan Anda tetap tersimpan di akun Anda, tetapi tidak muncul lagi "
        "di sini. Untuk masuk lagi, pakai alamat e-mail Anda."
    )
    role = Text("Peran Anda di kantor juga tidak berlaku lagi di sini; untuk itu diperlukan undangan baru.")
    is_staff = officers.role(ctx) != "applicant"
    confirm = Choice(code(SignOut(ctx.actor.id)), Text("Ya, keluar"))
    stay = Choice(code(ShowAccount()), Text("Tidak jadi"), nav=True)
    return turn(state.at(NAME), Prompt(paragraphs(text, role if is_staff else None), (confirm, stay)))


def _undo_device(state: DialogueState, ctx: Context, one_time_code: str) -> Turn:
    before = ctx.actor.id
    outcome = devices.undo(ctx, one_time_code) if one_time_code else "wrong"
    if before != ctx.actor.id:
        return _as_applicant(menu.show(DialogueState(), ctx, _UNDONE[outcome]))
    return menu.show(state, ctx, _UNDONE[outcome])


def _as_applicant(shown: Turn) -> Turn:
    """With the menu of applicants, also where the menu of the staff was shown before."""
    return replace(shown, prompts=tuple(replace(prompt, commands="applicant") for prompt in shown.prompts))


def _offer_code(state: DialogueState, ctx: Context) -> Turn:
    one_time_code, links = continuations.offer(ctx)
    text = paragraphs(
        Text("Buka percakapan dengan kami di aplikasi lain, lalu tulis di sana:"),
        verbatim(f"/{continuations.COMMAND} {one_time_code}"),
        lines(Text("Atau buka tautan ini:"), *map(verbatim, links)) if links else None,
        Text("Kode berlaku 15 menit, untuk satu kali. Di sana kami juga mengirim kode ke e-mail Anda."),
    )
    return turn(state.at(NAME), Prompt(text, (MENU,)))


COMMANDS: CommandHandlers = {
    "account": without_argument(start),
    "sign_out": without_argument(ask_sign_out),
    "undo_device": _undo_device,
}
