"""One's own data: what is kept, and its deletion, which the code of an e-mail confirms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.actions import Action, code
from bot.actions.applicant import ListApplications, Register
from bot.actions.own_data import AskErasure, EraseOwnData, ExportOwnData, SendErasureCode, ShowOwnData
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide, menu
from bot.conversations.buttons import MENU
from bot.conversations.mailbox_proof import NO_CODE, why_not_proven
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, to_json
from bot.service import data_export, erasure, own_data, people
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.erasure import Obstacles
from domain.frozen import frozen
from domain.text import Text, lines, paragraphs

NAME = "own_data"
_BACK = Choice(code(ShowOwnData()), Text("Data saya"), nav=True)
_DELETED = (
    Text("• nama, kontak, dan keterangan kartu identitas Anda"),
    Text("• isian yang belum dikirim, berkas, dan entri buku tamu"),
    Text("• isi percakapan dan alamat percakapan, di semua perangkat Anda"),
    Text("• isi pengaduan dan komentar penilaian Anda"),
)
_STAYS = (
    Text("• surat yang sudah terbit dan registernya"),
    Text("• isi kegiatan yang diperiksa, tanpa nama dan kontak Anda"),
    Text("• catatan dan pertanyaan petugas, beserta jawaban yang Anda tulis"),
    Text("• riwayat: siapa melakukan apa dan kapan; Anda di sana hanya sebuah nomor"),
)


@frozen
class OwnDataState:
    """`step`: "code" waits for the code that confirms the deletion."""

    step: Literal["", "ask", "code"] = ""


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """What is kept, what for, until when, and who has read it."""
    found = own_data.overview(ctx)
    kept = [
        Text(
            "• %(what)s. Dipakai %(purpose)s. Disimpan: %(until)s.", what=one.what, purpose=one.purpose, until=one.until
        )
        for one in found.kept
    ]
    read_by = [
        Text("• %(at)s: %(who)s", at=line.at.astimezone(ctx.office.zone), who=own_data.READINGS[line.act])
        for line in found.readings
    ]
    text = paragraphs(
        notice,
        lines(Text("Data Anda di layanan ini:"), *kept),
        lines(Text("Terakhir dibuka:"), *read_by)
        if read_by
        else Text("Belum ada petugas yang membuka data diri Anda."),
    )
    change = Choice(code(Register()), Text("Ubah data saya"))
    erase = Choice(code(AskErasure()), Text("Hapus data saya"))
    copy = Choice(code(ExportOwnData()), Text("Minta salinan data"), Text("Minta salinan"))
    choices = (copy, change, erase) if ctx.actor.registered_at is not None else (copy, erase)
    return turn(_at(state, ""), Prompt(text, (*choices, MENU)))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match read(OwnDataState, state.data):
        case OwnDataState("code"):
            return _ask_code(state, ctx, notice)
        case OwnDataState("ask"):
            return ask(state, ctx, notice)
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    if read(OwnDataState, state.data) == OwnDataState("code"):
        return _take_code(incoming.text, state, ctx)
    return guide.answer(incoming.text, state, ctx) or reprompt(state, ctx, Text("Silakan pilih salah satu."))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ExportOwnData():
            return _export(state, ctx)
        case AskErasure():
            return ask(state, ctx)
        case SendErasureCode():
            return _send_code(state, ctx)
        case EraseOwnData(person_id):
            try:
                erasure.erase_unproven(ctx, person_id)
            except ActionRefused as refused:
                return show(state, ctx, refused.text)
            return _done(ctx)
    return show(state, ctx)


def _export(state: DialogueState, ctx: Context) -> Turn:
    try:
        data_export.order(ctx)
    except ActionRefused as refused:
        return show(state, ctx, refused.text)
    return show(state, ctx, Text("Salinan data Anda sedang dibuat, lalu kami kirim di sini sebagai berkas ZIP."))


def ask(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Says what goes and what stays, or what must end before."""
    found = erasure.obstacles(ctx)
    if found:
        return _show_obstacles(found, state, notice)
    text = paragraphs(
        notice,
        Text(
            "Hapus semua data Anda? Penghapusan tidak dapat dibatalkan, "
            "dan persetujuan Anda atas pemakaian data ikut ditarik."
        ),
        lines(Text("Yang dihapus:"), *_DELETED),
        lines(Text("Yang tetap disimpan sebagai arsip:"), *_STAYS),
        Text("Pesan yang sudah diterima petugas hilang setelah %(days)s hari.", days=ctx.office.retention.messages),
    )
    if people.own_mailbox(ctx) is not None:
        go_on = Choice(code(SendErasureCode()), Text("Kirim kode ke e-mail saya"), Text("Kirim kode"))
    else:
        go_on = Choice(code(EraseOwnData(ctx.person_id)), Text("Ya, hapus data saya"), Text("Ya, hapus"))
    return turn(_at(state, "ask"), Prompt(text, (go_on, _BACK, MENU)))


def _show_obstacles(found: Obstacles, state: DialogueState, notice: Text | None) -> Turn:
    text = paragraphs(notice, Text("Data Anda belum dapat dihapus."), lines(*_reasons(found)))
    cases = Choice(code(ListApplications()), Text("Status permohonan"))
    choices = (cases,) if found.withdrawable or found.decided else ()
    return turn(_at(state, "ask"), Prompt(text, (*choices, _BACK, MENU)))


def _reasons(found: Obstacles) -> Iterator[Text]:
    """Each with what to do."""
    if found.is_staff:
        yield Text("• Anda bertugas di kantor ini. Mintalah admin mengakhiri peran Anda dahulu.")
    for case in found.withdrawable:
        yield Text("• Permohonan %(number)s masih diproses. Tarik dahulu, atau tunggu suratnya.", number=case.number)
    for case in found.decided:
        yield Text(
            "• Surat untuk %(number)s sedang disiapkan. Hapus data Anda setelah menerimanya.", number=case.number
        )
    for complaint in found.complaints:
        yield Text("• Pengaduan %(number)s belum dijawab. Hapus data Anda setelah jawabannya.", number=complaint.number)


def _send_code(state: DialogueState, ctx: Context) -> Turn:
    mailbox = people.own_mailbox(ctx)
    if mailbox is None or erasure.obstacles(ctx):
        return ask(state, ctx)
    sent = people.send_code(ctx, mailbox.email, proof="deletion")
    if sent.too_many:
        return ask(state, ctx, Text("Hari ini sudah terlalu banyak kode yang diminta. Silakan coba lagi besok."))
    if sent.wait:
        wait = Text("Kode berikutnya dapat diminta setelah %(seconds)s detik.", seconds=sent.wait)
        return _ask_code(state, ctx, wait)
    return _ask_code(state, ctx)


def _ask_code(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    text = paragraphs(
        notice,
        Text("Tulis kode delapan angka dari e-mail kami ke %(email)s.", email=ctx.actor.email),
        Text("Setelah kode itu Anda tulis, data Anda langsung dihapus."),
    )
    # None of these buttons may have a number (`nav`), because the answer is a number.
    resend = Choice(code(SendErasureCode()), Text("Kirim ulang kode"), Text("Kirim ulang"), nav=True)
    stay = Choice(code(ShowOwnData()), Text("Tidak jadi"), nav=True)
    return turn(_at(state, "code"), Prompt(text, (resend, stay, MENU), expects="code"))


def _take_code(words: str, state: DialogueState, ctx: Context) -> Turn:
    digits = people.read_code(words)
    if digits is None:
        return _ask_code(state, ctx, NO_CODE)
    try:
        fault = erasure.confirm(ctx, digits)
    except ActionRefused as refused:
        return ask(state, ctx, refused.text)
    if fault == "too_many":
        return ask(state, ctx, Text("Hari ini sudah terlalu banyak kode yang salah. Silakan coba lagi besok."))
    return _ask_code(state, ctx, why_not_proven(fault, ctx)) if fault is not None else _done(ctx)


def _done(ctx: Context) -> Turn:
    return turn(DialogueState(menu.NAME), Prompt(erasure.DONE, (MENU,), commands="applicant"))


def _at(state: DialogueState, step: Literal["", "ask", "code"]) -> DialogueState:
    return state.at(NAME, **to_json(OwnDataState(step)))


COMMANDS: CommandHandlers = {"own_data": without_argument(show), "erase_data": without_argument(ask)}
