"""Asks a colleague of the same institution for permission to copy their application, and answers such a question."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions import Action, code
from bot.actions.applicant import AllowCopy, BeginCopy, RefuseCopy, Register, StartApplication
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide, menu
from bot.conversations.buttons import MENU
from bot.conversations.earlier_application import begin_copied, copy
from bot.conversations.eligibility import ask_before_replacing
from bot.conversations.protocol import CommandHandlers
from bot.service import applications, copy_requests
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.copy_requests import Asked
from domain.asides import judge
from domain.numbers import application_number, parse_application_number
from domain.text import Text, as_hint, paragraphs

NAME = "copy_request"

_START = Choice(code(StartApplication()), Text("Isi dari awal"))
_NOT_REGISTERED = Text("Untuk meminta izin menyalin, silakan daftar dahulu dan buktikan alamat e-mail Anda.")
_TOO_MANY = Text("Hari ini Anda sudah menanyakan banyak nomor. Silakan coba lagi besok.")
#: what became of a number → what is said about it
_TOLD: Mapping[Asked, Text] = {
    "asked": Text(
        "Permintaan untuk %(number)s tercatat. Pemohonnya kami tanyai bila ia dari instansi Anda dan dapat dihubungi. "
        "Hasilnya kami kabarkan di sini, juga bila dalam 7 hari tidak ada jawaban.",
        number="",
    ),
    "waiting": Text("Permintaan untuk %(number)s masih menunggu jawaban. Hasilnya kami kabarkan di sini.", number=""),
    "allowed": Text("Jawaban permohonan %(number)s boleh Anda salin.", number=""),
    "ended": Text(
        "Permintaan untuk %(number)s sudah berakhir, jadi jawabannya tidak dapat disalin. Silakan isi dari awal.",
        number="",
    ),
}


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Asks for the number, and says what happens with it."""
    if ctx.actor.registered_at is None:
        return _say(state, _NOT_REGISTERED, Choice(code(Register()), Text("Daftar sekarang")))
    example = application_number(ctx.office.numbers.application_number, ctx.today.year, 1)
    text = paragraphs(
        notice,
        Text("Tulis nomor permohonan rekan Anda di instansi yang sama, misalnya %(example)s.", example=example),
        as_hint(
            Text(
                "Nomornya ada pada tanda terima. Pemohonnya kami tanyai dahulu; nama, instansi, dan e-mail Anda kami "
                "tunjukkan kepadanya."
            )
        ),
    )
    return _say(state, text, _START)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return _ask(incoming.text, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        return _on_button(action, state, ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)


def _on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case AllowCopy(request_id):
            number = copy_requests.answer(ctx, request_id, allows=True).number
            told = Text("✓ Jawaban permohonan %(number)s boleh disalin. Yang meminta kami kabari.", number=number)
            return menu.show(state, ctx, told)
        case RefuseCopy(request_id):
            number = copy_requests.answer(ctx, request_id, allows=False).number
            told = Text("✓ Jawaban permohonan %(number)s tidak disalin. Yang meminta kami kabari.", number=number)
            return menu.show(state, ctx, told)
        case BeginCopy(request_id):
            return ask_before_replacing(state, ctx) or begin_copied(state, ctx, copy_requests.begin(ctx, request_id))
    return show(state, ctx)


def _ask(words: str, state: DialogueState, ctx: Context) -> Turn:
    number = parse_application_number(words, ctx.office.numbers.application_number)
    if number is None:
        told = guide.find_answer(words, ctx) if judge(words) == "question" else None
        return show(state, ctx, told or Text("Nomor permohonan belum terbaca."))
    result, request = copy_requests.ask(ctx, number)
    match result:
        case "own":
            mine = applications.find_mine(ctx, number)
            return ask_before_replacing(state, ctx) or copy(state, ctx, mine.id if mine else 0)
        case "not_registered":
            return show(state, ctx)
        case "too_many":
            return show(state, ctx, _TOO_MANY)
    offered = copy_requests.begin_choice(request) if result == "allowed" and request is not None else _START
    return _say(state, _TOLD[result].with_args({"number": number}), offered)


def _say(state: DialogueState, text: Text, choice: Choice) -> Turn:
    return turn(state.at(NAME), Prompt(text, (choice, MENU)))


COMMANDS: CommandHandlers = {
    "copy_request": lambda state, ctx, words: _ask(words, state, ctx) if words else show(state, ctx),
}
