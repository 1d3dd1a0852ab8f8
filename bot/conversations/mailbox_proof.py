"""A code sent to a mailbox proves that its owner writes here. It completes a registration, or recognises somebody who
registered before and writes from another device or channel.
"""

from __future__ import annotations

from typing import Literal

from bot.actions import code
from bot.actions.applicant import ChangeEmail, ResendCode, ShowVisit
from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.conversations import account, eligibility, menu
from bot.conversations.buttons import MENU
from bot.conversations.form import flow
from bot.conversations.form.session import session_of_draft
from bot.conversations.registration_state import RegistrationState, at
from bot.service import continuations, drafts, officers, people
from bot.service.applications import FORM as APPLICATION
from bot.service.context import Context
from bot.service.people import CODE_ATTEMPTS, CodeFault, ProvenMailbox
from domain.form import answers
from domain.form.loading import REGISTRATION_FORM
from domain.form.reading import Unreadable
from domain.text import Text, paragraphs
from storage.tables import Draft, Person

VISIT = Choice(code(ShowVisit()), Text("Datang ke kantor"), nav=True)
NO_CODE = Text("Kode terdiri atas delapan angka, misalnya 01234567.")
_NOT_SENT = Text("Sesudah itu, pilih Kirim ulang kode.")
_TOO_MANY_MAILS = Text("Hari ini sudah terlalu banyak kode yang diminta. Kode berikutnya dapat diminta besok.")
_LOCKED = Text(
    "Data pendaftaran tidak berubah, karena kodenya sudah dikirim. Untuk mengubahnya, pilih Ganti alamat e-mail."
)


def continue_here(state: DialogueState, ctx: Context, one_time_code: str) -> Turn:
    """`/lanjut CODE`, written in another channel than the one that showed the code."""
    if not one_time_code:
        return menu.show(state, ctx, Text("Tulis kodenya setelah perintah, misalnya /lanjut ABCD2345."))
    found = continuations.redeem(ctx, one_time_code)
    if found == "too_many":
        return menu.show(state, ctx, Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."))
    if found == "wrong":
        return menu.show(state, ctx, Text("Kode itu tidak berlaku. Silakan buat kode baru di aplikasi yang satunya."))
    return prove_owner(found, state, ctx)


def prove_owner(owner: Person, state: DialogueState, ctx: Context) -> Turn:
    """The mailbox of somebody who has proven it elsewhere must prove that they write here."""
    if owner.id == ctx.actor.id:
        return menu.show(state, ctx, Text("Isian dan permohonan Anda sudah ada di percakapan ini."))
    return send_code(RegistrationState("code", owner.email, shown=continuations.masked(owner.email)), state, ctx)


def show_locked(draft_id: int, state: DialogueState, ctx: Context) -> Turn | None:
    """Asks for the code once more, if this registration cannot be changed because a code for it is on its way."""
    draft = drafts.get_locked(ctx, draft_id)
    if draft is None or draft.form != REGISTRATION_FORM:
        return None
    asked = RegistrationState("code", str(draft.answers["email"]), draft.id)
    return ask_code(asked, state, ctx, _LOCKED)


def without_mail(ctx: Context) -> Text | None:
    """What to do instead where no mails are sent, so that nobody waits for a code; `None` where they are."""
    if ctx.app.does("account_by_mail"):
        return None
    return Text(
        "Pendaftaran memerlukan kode lewat e-mail, tetapi kantor belum dapat mengirim e-mail. Silakan datang ke meja "
        "layanan: petugas mencatat permohonan Anda di sana. Atau hubungi %(phone)s.",
        phone=ctx.office.office.phone,
    )


def ask_email(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    text = paragraphs(
        notice,
        without_mail(ctx),
        Text(
            "Tulis alamat e-mail yang Anda pakai saat mendaftar. Kami kirim kode ke sana, lalu isian Anda muncul "
            "di sini."
        ),
    )
    return turn(at(state, RegistrationState("move")), Prompt(text, (MENU,), expects="email"))


def take_email(words: str, state: DialogueState, ctx: Context) -> Turn:
    question = ctx.app.form(REGISTRATION_FORM).questions["email"]
    try:
        email = str(answers.read(question, words, ctx.reading))
    except Unreadable as error:
        return ask_email(state, ctx, error.text)
    return send_code(RegistrationState("code", email), state, ctx)


def change_email(asked: RegistrationState, state: DialogueState, ctx: Context) -> Turn:
    """In the form, where a registration waits for the proof."""
    if asked.draft_id is None:
        return ask_email(state, ctx)
    drafts.unlock(ctx, asked.draft_id)
    session = session_of_draft(asked.draft_id, state, ctx)
    question = session.on_path("email") if session else None
    return flow.edit(session, question) if session and question else account.start(state, ctx)


def send_code(asked: RegistrationState, state: DialogueState, ctx: Context) -> Turn:
    """Without a registration to complete, the code goes only to an address that is registered."""
    sent = people.send_code(ctx, asked.email, to_known_only=asked.draft_id is None)
    if sent.wait:
        notice = Text("Kode berikutnya dapat diminta setelah %(seconds)s detik.", seconds=sent.wait)
        is_sent = people.pending_email(ctx) == asked.email
        return ask_code(asked, state, ctx, notice, code_is="sent" if is_sent else "not sent")
    if sent.too_many:
        return ask_code(asked, state, ctx, _TOO_MANY_MAILS, code_is="not sent")
    return ask_code(asked, state, ctx)


def ask_code(
    asked: RegistrationState,
    state: DialogueState,
    ctx: Context,
    notice: Text | None = None,
    *,
    code_is: Literal["sent", "not sent", "over"] = "sent",
) -> Turn:
    """Does not reveal whether an address is registered. `code_is`: whether a code for this address is on its way;
    "over" means that the last one is not taken any more. Where no mails are sent, says so instead.
    """
    if (no_mail := without_mail(ctx)) is not None:
        return turn(at(state, asked), Prompt(paragraphs(notice, no_mail), (VISIT, MENU), expects="code"))
    if asked.draft_id is None and not asked.shown:
        sent = Text(
            "Bila %(email)s terdaftar, kami sudah mengirim kode delapan angka ke sana. Tulis kode itu di sini.",
            email=asked.email,
        )
    else:
        email = asked.shown or asked.email
        sent = Text("Kami mengirim kode delapan angka ke %(email)s. Tulis kode itu di sini.", email=email)
        if notice is not None:  # it was sent before
            sent = Text("Kode delapan angka sudah kami kirim ke %(email)s. Tulis kode itu di sini.", email=email)
    valid = Text("Kode berlaku 10 menit. Bila belum masuk, periksa juga folder spam.")
    following = {"sent": paragraphs(sent, valid), "not sent": _NOT_SENT, "over": None}[code_is]
    text = paragraphs(notice, following)
    # None of these buttons may have a number (`nav`), because the answer is a number.
    resend = Choice(code(ResendCode()), Text("Kirim ulang kode"), Text("Kirim ulang"), nav=True)
    change = Choice(code(ChangeEmail()), Text("Ganti alamat e-mail"), Text("Ganti alamat"), nav=True)
    choices = (resend, MENU) if asked.shown else (resend, change, MENU)
    return turn(at(state, asked), Prompt(text, choices, expects="code"))


def take_code(asked: RegistrationState, words: str, state: DialogueState, ctx: Context) -> Turn:
    digits = people.read_code(words)
    if digits is None:
        return ask_code(asked, state, ctx, NO_CODE)
    proof = people.check_code(ctx, asked.email, digits)
    if not isinstance(proof, ProvenMailbox):
        return ask_code(asked, state, ctx, why_not_proven(proof, ctx), code_is="sent" if proof == "wrong" else "over")
    return on_proven(asked, proof, state, ctx)


def why_not_proven(proof: CodeFault, ctx: Context) -> Text:
    match proof:
        case "wrong":
            return Text("Kode itu tidak cocok. Sisa percobaan: %(left)s.", left=people.attempts_left(ctx))
        case "used_up":
            return Text(
                "Kode salah %(tries)s kali, jadi tidak berlaku lagi. Silakan minta kode baru dalam 10 menit.",
                tries=CODE_ATTEMPTS,
            )
        case "too_many":
            if people.has_link(ctx):
                return Text(
                    "Hari ini sudah terlalu banyak kode yang salah, jadi kode tidak diterima lagi. Pakai tautan di "
                    "e-mail terbaru kami."
                )
            return Text("Hari ini sudah terlalu banyak kode yang salah. Silakan coba lagi besok.")
    return Text("Kode itu sudah tidak berlaku. Silakan minta kode baru.")


def on_proven(asked: RegistrationState, proven: ProvenMailbox, state: DialogueState, ctx: Context) -> Turn:
    """Completes the registration that waits for the proof, or brings what the owner of the mailbox has."""
    if asked.draft_id is not None:
        drafts.unlock(ctx, asked.draft_id)
    draft = drafts.get_mine(ctx, asked.draft_id) if asked.draft_id is not None else None
    if draft is not None and (draft.answers.get("email") != proven.email or not drafts.is_complete(ctx, draft)):
        return _show_changed(draft, proven, state, ctx)
    people.merge_into_owner(ctx, proven)
    if draft is not None:
        return complete(draft, proven, state, ctx)
    if ctx.actor.registered_at is None:
        return menu.show(state, ctx, Text("Alamat e-mail itu belum terdaftar."))
    return _welcome_back(state, ctx)


def _show_changed(draft: Draft, proven: ProvenMailbox, state: DialogueState, ctx: Context) -> Turn:
    """The registration was changed after the code had been sent, so the code proves nothing that it says now."""
    session = session_of_draft(draft.id, state, ctx)
    assert session is not None
    notice = Text(
        "Isian berubah setelah kode dikirim ke %(email)s, jadi belum tersimpan. Silakan periksa, lalu kirim lagi.",
        email=proven.email,
    )
    return flow.resume(session, notice)


def complete(draft: Draft, proven: ProvenMailbox, state: DialogueState, ctx: Context) -> Turn:
    """Registers the actor with the answers of the form."""
    on_path = {question.id for question in drafts.path(ctx, ctx.app.form(REGISTRATION_FORM), draft)}
    people.register(ctx, {name: value for name, value in draft.answers.items() if name in on_path}, proven)
    drafts.close_without_answers(ctx, draft)
    if ctx.actor.eligibility:
        return eligibility.open_form(state, ctx)
    return menu.show(state, ctx, Text("Terima kasih, data Anda sudah tersimpan."))


def _welcome_back(state: DialogueState, ctx: Context) -> Turn:
    hello = Text(
        "Selamat datang kembali, %(name)s. Isian dan permohonan Anda sekarang ada di sini.", name=ctx.actor.name
    )
    if officers.has_role_elsewhere(ctx):
        role = Text("Peran Anda di kantor tidak ikut ke sini: untuk bertugas dari sini, mintalah undangan baru.")
        return menu.show(state, ctx, paragraphs(hello, role))
    if ctx.actor.eligibility and not drafts.list_unfinished(ctx, APPLICATION):
        return eligibility.open_form(state, ctx)
    return menu.show(state, ctx, hello)
