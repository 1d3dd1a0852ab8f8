"""A letter waits for the director's signature. Its signed copy comes back: it is checked, shown with its signer, and
sent after a confirmation. Where BSrE signs, the director gets a link to a page.
"""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.officer import ConfirmSigned, OpenCase, SendSigned, SignLetter
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.officer import case_flow, case_screen, inbox
from bot.conversations.officer.case_screen import CaseState
from bot.conversations.state import read, to_json
from bot.conversations.unsupported import refusal_reason
from bot.service import cases, letter_signing, signed_letters
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, lines, paragraphs
from storage.tables import File, SignedCopy

NAME = "signed"
_ASK = Text("Tanda tangani berkas ini dengan aplikasi Anda tanpa mengubahnya, lalu kirim hasilnya ke sini.")
_ONE = Text("Kirim satu berkas PDF yang sudah ditandatangani.")


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case SendSigned(application_id):
            return case_flow.show_refusal_of(state, ctx, application_id, lambda: _ask(state, ctx, application_id))
        case SignLetter(application_id):
            return case_flow.show_refusal_of(state, ctx, application_id, lambda: _give_link(state, ctx, application_id))
        case ConfirmSigned(application_id, file_id):
            return case_flow.show_refusal_of(
                state, ctx, application_id, lambda: _send(state, ctx, application_id, file_id)
            )
    return inbox.start(state, ctx, UNKNOWN_BUTTON)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    opened = read(CaseState, state.data)
    if opened is None:
        return inbox.start(state, ctx)
    return case_flow.show_refusal_of(
        state, ctx, opened.application_id, lambda: _take(incoming, state, ctx, opened.application_id)
    )


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(CaseState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    opened = read(CaseState, state.data)
    if opened is None:
        return inbox.start(state, ctx, notice)
    id = opened.application_id
    return case_flow.show_refusal_of(state, ctx, id, lambda: _ask(state, ctx, id, notice))


def _ask(state: DialogueState, ctx: Context, application_id: int, notice: Text | None = None) -> Turn:
    """Shows the copy that was brought, or else the file to sign, and waits for a signed copy."""
    application = cases.open_case(ctx, application_id)
    _, final = signed_letters.open_unsigned(ctx, application, "outside")
    waiting = signed_letters.waiting_copy(ctx, application)
    if waiting is None:
        return _show(state, application_id, paragraphs(notice, _ASK), final)
    copy, file = waiting
    if not signed_letters.can_send(ctx, application, copy):
        waits = Text("Berkas ini menunggu konfirmasi direktur. Bila berkasnya keliru, kirim berkas yang benar.")
        return _show(state, application_id, paragraphs(notice, describe(copy), waits), file)
    question = Text("Kirim kepada pemohon? Bila berkasnya keliru, kirim berkas yang benar.")
    confirm = code(ConfirmSigned(application_id, copy.file_id))
    choice = Choice(confirm, Text("Ya, kirim kepada pemohon"), Text("Ya, kirim"))
    return _show(state, application_id, paragraphs(notice, lines(describe(copy), question)), file, choice)


def _show(state: DialogueState, application_id: int, text: Text, file: File, *choices: Choice) -> Turn:
    prompt = Prompt(
        text,
        (*choices, case_flow.cancel(application_id)),
        attachment=Attachment(file.id, file.name),
        expects="signed",
        takes_file=True,
    )
    return turn(state.at(NAME, **to_json(CaseState(application_id))), prompt)


def describe(copy: SignedCopy) -> Text:
    """Who has signed the copy, as whoever confirms it must know."""
    if copy.kind == "scan":
        return Text(
            "Ini hasil pindai surat yang ditandatangani dengan tangan. Isinya tidak dapat kami periksa; bacalah dahulu."
        )
    return Text(
        "Surat ini utuh dan ditandatangani oleh %(signer)s. Sidik jari sertifikatnya %(fingerprint)s.",
        signer=copy.signer,
        fingerprint=_grouped(copy.fingerprint),
    )


def _give_link(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Shows the letter, and where it is signed."""
    link, file = letter_signing.new_link(ctx, cases.open_case(ctx, application_id))
    text = Text(
        "Baca surat ini, lalu tekan Tanda tangani untuk membuka halaman penandatanganan. Tautannya berlaku 15 menit "
        "dan hanya untuk Anda; jangan diteruskan. Jangan menulis passphrase dalam percakapan ini."
    )
    back = Choice(code(OpenCase(application_id)), Text("Kembali"), nav=True)
    shown = Prompt(text, (back,), attachment=Attachment(file.id, file.name), link=link)
    return turn(state.at(case_screen.NAME, **to_json(CaseState(application_id))), shown)


def _take(incoming: Incoming, state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    if len(incoming.files) != 1:
        return _ask(state, ctx, application_id, _ONE)
    why = refusal_reason(incoming.files[0])
    if why is not None:
        return _ask(state, ctx, application_id, Text("%(name)s: %(why)s", name=incoming.files[0].name, why=why))
    try:
        signed_letters.take(ctx, application, incoming.files[0])
    except ActionRefused as refused:
        if signed_letters.awaited_way(ctx, application) != "outside":
            raise
        return _ask(state, ctx, application_id, refused.text)
    return _ask(state, ctx, application_id)


def _send(state: DialogueState, ctx: Context, application_id: int, file_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    try:
        signed_letters.send(ctx, application, file_id)
    except ActionRefused as refused:
        if signed_letters.awaited_way(ctx, application) != "outside":
            raise
        return _ask(state, ctx, application_id, refused.text)
    return case_screen.show(state, ctx, application_id, Text("✓ Surat dikirim kepada pemohon."))


def _grouped(fingerprint: str) -> str:
    """The first half, in groups that can be compared by eye."""
    return " ".join(fingerprint[start : start + 4].upper() for start in range(0, 32, 4))
