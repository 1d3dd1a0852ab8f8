"""How it stands: the status of one's applications, what happens next and by when, and withdrawing."""

from __future__ import annotations

from bot.actions import Action, fields_of
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import applications, drafts
from bot.service.applications import FORM
from bot.service.context import Context
from domain.lifecycle import WITHDRAWABLE
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Application

NAME = "status"
_MENU = Choice("menu:show", Text("Menu"), nav=True)

#: status → its name, and what happens next
STATUSES: dict[str, tuple[Text, Text]] = {
    "submitted": (
        Text("Terkirim, menunggu pemeriksaan"),
        Text("Petugas akan memeriksa isian Anda. Anda tidak perlu melakukan apa pun sekarang."),
    ),
    "under_review": (
        Text("Sedang diperiksa"),
        Text("Petugas sedang memeriksa isian Anda. Anda tidak perlu melakukan apa pun sekarang."),
    ),
    "revision_requested": (
        Text("Menunggu perbaikan dari Anda"),
        Text("Petugas menulis catatan pada beberapa isian. Silakan jawab atau perbaiki, lalu kirim kembali."),
    ),
    "letter_drafted": (Text("Selesai diperiksa"), Text("Surat hasil pemeriksaan sedang disusun.")),
    "awaiting_issue": (Text("Selesai diperiksa"), Text("Surat hasil pemeriksaan menunggu diterbitkan oleh direktur.")),
    "issued": (Text("Surat terbit"), Text("Surat sudah kami kirim di percakapan ini dan melalui e-mail.")),
    "closed": (Text("Selesai"), Text("Permohonan ini sudah selesai. Terima kasih.")),
    "expired": (Text("Kedaluwarsa"), Text("Catatan pemeriksa tidak dijawab dalam waktu yang ditentukan.")),
    "withdrawn": (Text("Ditarik"), Text("Permohonan ini ditarik atas permintaan Anda dan tidak diproses lagi.")),
}


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    mine = applications.mine(ctx)
    unfinished = drafts.unfinished(ctx, FORM)
    if len(mine) == 1 and not unfinished:
        return _show(state, ctx, mine[0], notice)
    rows = [_line(application) for application in mine]
    choices = [
        Choice(
            f"{NAME}:show:{application.id}",
            Text("Lihat %(number)s", number=application.number),
            verbatim(application.number),
        )
        for application in mine
    ]
    if unfinished:
        rows.insert(0, Text("• Satu permohonan belum dikirim."))
        choices.insert(0, Choice("apply:resume", Text("Lanjutkan permohonan"), Text("Lanjutkan")))
    if not rows:
        choices = [Choice("apply:start", Text("Ajukan permohonan"))]
        text = Text(
            "Anda belum mempunyai permohonan di sini. Bila pernah mendaftar dari perangkat lain, pilih Akun di menu."
        )
    else:
        text = paragraphs(Text("Permohonan Anda:"), lines(*rows))
    return turn(state.at(NAME), Prompt(paragraphs(notice, text), (*choices, _MENU)))


def letter(state: DialogueState, ctx: Context) -> Turn:
    """The newest letter once more; without one, how things stand."""
    issued = next((mine for mine in applications.mine(ctx) if mine.status in {"issued", "closed"}), None)
    return _letter(state, ctx, issued) if issued else start(state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match state.data:
        case {"act": "show" | "ask" as act, "application": int(number)}:
            application = applications.one_of_mine(ctx, number)
            if application is not None:
                return _ACTS[act](state, ctx, application, notice)
    return start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case [act, number] if number.isascii() and number.isdigit() and len(number) < 18:
            application = applications.one_of_mine(ctx, int(number))
            if application is not None and act in _ACTS:
                return _ACTS[act](state, ctx, application, None)
    return start(state, ctx)


def _show(state: DialogueState, ctx: Context, application: Application, notice: Text | None = None) -> Turn:
    name, following = STATUSES[application.status]
    text = paragraphs(
        notice,
        lines(
            Text("Permohonan %(number)s", number=application.number),
            Text("“%(title)s”", title=application.title),
            Text("Status: %(status)s", status=name),
            Text("Diterima lengkap: %(day)s", day=application.submitted_at.astimezone(ctx.office.zone).date()),
        ),
        following,
        applications.promise(application) if application.status in WITHDRAWABLE else None,
    )
    first = {
        "revision_requested": (Choice(f"revise:start:{application.id}", Text("Perbaiki sekarang")),),
        "issued": (
            Choice(f"{NAME}:letter:{application.id}", Text("Kirim ulang surat")),
            Choice(f"rating:ask:{application.id}", Text("Beri penilaian")),
        ),
        "closed": (Choice(f"{NAME}:letter:{application.id}", Text("Kirim ulang surat")),),
    }.get(application.status, ())
    choices = (
        (Choice(f"{NAME}:ask:{application.id}", Text("Tarik permohonan"), nav=True),)
        if application.status in WITHDRAWABLE
        else ()
    )
    return turn(
        state.at(NAME, act="show", application=application.id),
        Prompt(text, (*first, Choice(f"{NAME}:list:0", Text("Semua permohonan"), nav=True), *choices, _MENU)),
    )


def _ask_withdraw(state: DialogueState, ctx: Context, application: Application, notice: Text | None) -> Turn:
    if application.status not in WITHDRAWABLE:
        return _show(state, ctx, application, Text("Permohonan ini tidak dapat ditarik lagi."))
    question = Text(
        "Tarik permohonan %(number)s? Permohonan tidak diproses lagi. Isiannya tetap tersimpan di register kami.",
        number=application.number,
    )
    choices = (
        Choice(f"{NAME}:withdraw:{application.id}", Text("Ya, tarik")),
        Choice(f"{NAME}:show:{application.id}", Text("Tidak jadi")),
    )
    waiting = state.at(NAME, act="ask", application=application.id)
    return turn(waiting, Prompt(paragraphs(notice, question), choices))


def _withdraw(state: DialogueState, ctx: Context, application: Application, _: Text | None) -> Turn:
    if not applications.withdraw(ctx, application):
        return _show(state, ctx, application, Text("Permohonan ini tidak dapat ditarik lagi."))
    return _show(state, ctx, application, Text("Permohonan %(number)s sudah ditarik.", number=application.number))


def _line(application: Application) -> Text:
    return Text("• %(number)s: %(status)s", number=application.number, status=STATUSES[application.status][0])


def _letter(state: DialogueState, ctx: Context, application: Application, _: Text | None = None) -> Turn:
    file = applications.letter_file(ctx, application)
    if file is None:
        return _show(state, ctx, application, Text("Suratnya masih disusun. Silakan coba lagi sebentar."))
    prompt = Prompt(Text("Surat untuk %(number)s", number=application.number), (_MENU,), Attachment(file.id, file.name))
    return turn(state.at(NAME), prompt)


_ACTS = {"show": _show, "ask": _ask_withdraw, "withdraw": _withdraw, "letter": _letter}

COMMANDS: CommandHandlers = {"status": without_argument(start), "letter": without_argument(letter)}
