"""`/cek`: says whether a letter is genuine, by its code or by its PDF."""

from __future__ import annotations

from bot.actions import Action
from bot.chat import DialogueState, Incoming, IncomingFile, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.protocol import CommandHandlers
from bot.conversations.unsupported import UNSUPPORTED, refusal_reason
from bot.service import letter_checks
from bot.service.context import Context
from domain.letter_check import OUTCOMES, VERDICTS, WAYS, CheckedLetter, read_code, state_words
from domain.text import Text, lines, paragraphs

NAME = "letter_check"
_ASK = Text("Kirim berkas PDF suratnya, atau tulis 26 huruf dan angka di samping kode QR.")
_NO_CODE = Text("Kode surat terdiri atas 26 huruf dan angka, misalnya ABCD EFGH IJKL MNOP QRST UVWX YZ.")
_UNKNOWN = Text("Kode ini tidak ada di register kami. Bila hurufnya sudah benar, surat itu bukan dari kami.")
_PHOTO = Text("Foto tidak dapat dibandingkan. Kirim berkas PDF aslinya, atau tulis kode di samping kode QR.")
_COMPARE = Text("Cocokkan isi ini dengan surat yang Anda pegang. Bila ada yang berbeda, surat itu tidak asli.")


def start(state: DialogueState, ctx: Context, words: str) -> Turn:
    return _check_code(state, ctx, words) if words else _ask(state)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return menu.show(state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    if incoming.kind == "file" and incoming.files:
        return _check_file(state, ctx, incoming.files[0])
    if incoming.kind in UNSUPPORTED:
        return _ask(state, UNSUPPORTED[incoming.kind])
    return _check_code(state, ctx, incoming.text)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return _ask(state, notice)


def _ask(state: DialogueState, notice: Text | None = None) -> Turn:
    return turn(state.at(NAME), Prompt(paragraphs(notice, _ASK), (MENU,), expects="text", takes_file=True))


def _check_code(state: DialogueState, ctx: Context, words: str) -> Turn:
    code = read_code(words)
    if not code:
        return _ask(state, _NO_CODE)
    letter = letter_checks.by_code(ctx.session, code)
    if letter is None:
        return _ask(state, _UNKNOWN)
    return _ask(state, paragraphs(_state(letter), _facts(letter), _COMPARE))


def _check_file(state: DialogueState, ctx: Context, file: IncomingFile) -> Turn:
    why = refusal_reason(file)
    if why is not None:
        return _ask(state, Text("%(name)s: %(why)s", name=file.name, why=why))
    if file.kind != "pdf":
        return _ask(state, _PHOTO)
    answer = letter_checks.by_upload(ctx, file.sha256, file.letter)
    known = None
    if answer.letter is not None:
        head = _state(answer.letter) if answer.outcome == "genuine" else Text("Yang kami terbitkan:")
        known = paragraphs(head, _facts(answer.letter))
    return _ask(state, paragraphs(lines(OUTCOMES[answer.outcome], answer.reason), known))


def _state(letter: CheckedLetter) -> Text:
    return lines(*state_words(letter))


def _facts(letter: CheckedLetter) -> Text:
    return lines(
        Text("Nomor: %(number)s", number=letter.number),
        Text("Tanggal: %(day)s", day=letter.day),
        Text("Kegiatan: %(title)s", title=letter.title),
        Text("Penyelenggara: %(organiser)s", organiser=letter.organiser),
        Text("Hasil pemeriksaan: %(verdict)s", verdict=VERDICTS[letter.verdict]),
        Text("Identitas rekomendasi: %(identity)s", identity=letter.identity) if letter.identity else None,
        Text("Cara penandatanganan: %(way)s", way=WAYS[letter.way]),
    )


COMMANDS: CommandHandlers = {"check_letter": start}
