"""Who the visitor at the counter is: their consent, the form about them, and the code that proves their mailbox."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.counter import (
    BeginRecord,
    ChangeVisitor,
    ListVisitors,
    OpenCounter,
    ResendVisitorCode,
    VisitorAgrees,
    VisitorSource,
)
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.buttons import MENU
from bot.conversations.form import flow
from bot.conversations.form.session import session_of_draft
from bot.conversations.mailbox_proof import NO_CODE, why_not_proven
from bot.conversations.state import read, to_json
from bot.service import access, counter, drafts, guest_book, people
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.counter import FORM
from bot.service.people import ProvenMailbox
from domain.form.definition import chosen
from domain.frozen import frozen
from domain.text import Text, lines, paragraphs
from storage.tables import Draft

NAME = "counter"
_CLOSED = Text("Data pengunjung itu sudah tidak terbuka.")
_LOCKED = Text("Kodenya sudah dikirim. Tulis kode itu di sini. Untuk mengubah data pengunjung, pilih Ubah data.")


@frozen
class CounterState:
    """`draft_id`: the data of a visitor whose mailbox waits for the code; 0: nothing waits."""

    draft_id: int = 0


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    """Raises `ActionRefused`."""
    access.require_staff(ctx, "record_for_visitor")
    match action:
        case BeginRecord(source, row_id):
            return _ask_consent(state, source, row_id)
        case VisitorAgrees(source, row_id):
            return _open_form(counter.begin(ctx, source, row_id).id, state, ctx)
        case ResendVisitorCode(draft_id) if (draft := _locked(ctx, draft_id)) is not None:
            return _send_code(draft, state, ctx)
        case ChangeVisitor(draft_id):
            drafts.unlock(ctx, draft_id)
            return _open_form(draft_id, state, ctx)
        case ListVisitors():
            return _list_visitors(state, ctx)
    raise ActionRefused(_CLOSED)


def on_submit(draft: Draft, state: DialogueState, ctx: Context) -> Turn | int:
    """Asks for the code that proves the visitor's mailbox; without a mailbox, the id of the record that has begun.
    Raises `ActionRefused`.
    """
    if "ya" not in chosen(draft.answers.get("punya_email")):
        return counter.record(ctx, draft, None).id
    drafts.lock(ctx, draft)
    return _send_code(draft, state, ctx)


def take_code(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn | int | None:
    """The id of the record that has begun; `None` where no code is awaited. Raises `ActionRefused`."""
    draft = _waiting(state, ctx)
    if draft is None:
        return None
    access.require_staff(ctx, "record_for_visitor")
    digits = people.read_code(incoming.text)
    if digits is None:
        return _ask_code(draft, state, NO_CODE)
    proof = people.check_code(ctx, str(draft.answers["email"]), digits, "mailbox of a visitor")
    if not isinstance(proof, ProvenMailbox):
        return _ask_code(draft, state, why_not_proven(proof, ctx))
    drafts.unlock(ctx, draft.id)
    return counter.record(ctx, draft, proof).id


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn | None:
    """Asks for the code again, where it is awaited."""
    draft = _waiting(state, ctx)
    return _ask_code(draft, state, notice) if draft is not None else None


def show_locked(draft_id: int, state: DialogueState, ctx: Context) -> Turn | None:
    """Asks for the code once more, if these data of a visitor cannot be changed because the code is on its way."""
    draft = _locked(ctx, draft_id)
    return _ask_code(draft, state, _LOCKED) if draft is not None and counter.can_record(ctx) else None


def _waiting(state: DialogueState, ctx: Context) -> Draft | None:
    asked = read(CounterState, state.data)
    return _locked(ctx, asked.draft_id) if asked is not None and asked.draft_id else None


def _locked(ctx: Context, draft_id: int) -> Draft | None:
    """The data of a visitor that wait for the code."""
    draft = drafts.get_locked(ctx, draft_id)
    return draft if draft is not None and draft.form == FORM else None


def _ask_consent(state: DialogueState, source: VisitorSource, row_id: int) -> Turn:
    text = paragraphs(
        Text("Pastikan dahulu bahwa pengunjung mewakili instansi pemerintah yang permohonannya diperiksa kantor ini."),
        Text("Bacakan ini kepada pengunjung sebelum mencatat datanya:"),
        Text(
            "“Kami mencatat nama, instansi, jabatan, nomor ponsel, e-mail, serta jenis dan empat karakter terakhir "
            "kartu identitas Anda. Data ini hanya dipakai untuk mengurus permohonan Anda dan menghubungi Anda tentang "
            "permohonan itu. Apakah Anda setuju?”"
        ),
    )
    agree = Choice(code(VisitorAgrees(source, row_id)), Text("Pengunjung setuju"))
    refuse = Choice(code(OpenCounter()), Text("Tidak setuju"))
    return turn(state.at(NAME), Prompt(text, (agree, refuse, MENU)))


def _open_form(draft_id: int, state: DialogueState, ctx: Context) -> Turn:
    session = session_of_draft(draft_id, state, ctx)
    if session is None or session.form.id != FORM:
        raise ActionRefused(_CLOSED)
    return flow.resume(session)


def _send_code(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    sent = people.send_code(ctx, str(draft.answers["email"]), proof="mailbox of a visitor")
    if sent.too_many:
        return _ask_code(draft, state, Text("Hari ini sudah terlalu banyak kode yang diminta. Pilih tanpa e-mail."))
    if sent.wait:
        return _ask_code(
            draft, state, Text("Kode berikutnya dapat diminta setelah %(seconds)s detik.", seconds=sent.wait)
        )
    return _ask_code(draft, state)


def _ask_code(draft: Draft, state: DialogueState, notice: Text | None = None) -> Turn:
    email = str(draft.answers["email"])
    text = paragraphs(
        notice,
        Text(
            "Kode delapan angka dikirim ke %(email)s. Minta pengunjung membacakannya, lalu tulis di sini.", email=email
        )
        if notice is None
        else None,
        Text("Bila e-mailnya tidak dapat dibuka, pilih Ubah data, lalu pilih tanpa e-mail."),
    )
    # None of these buttons may have a number (`nav`), because the answer is a number.
    choices = (
        Choice(code(ResendVisitorCode(draft.id)), Text("Kirim ulang kode"), Text("Kirim ulang"), nav=True),
        Choice(code(ChangeVisitor(draft.id)), Text("Ubah data"), nav=True),
        MENU,
    )
    return turn(state.at(NAME, **to_json(CounterState(draft.id))), Prompt(text, choices, expects="code"))


def _list_visitors(state: DialogueState, ctx: Context) -> Turn:
    found = guest_book.list_today(ctx, counter.SERVICE)
    rows = [
        Text("%(number)s. %(time)s · %(name)s", number=number, time=f"{visit.at:%H.%M}", name=visit.name)
        for number, (_, visit) in enumerate(found, start=1)
    ]
    nobody = Text("Hari ini belum ada tamu yang memerlukan rekomendasi.")
    heading = Text("Tamu hari ini yang memerlukan rekomendasi:") if found else nobody
    choices = (
        Choice(code(BeginRecord("visit", visit_id)), Text("%(name)s", name=visit.name), Text("Tamu %(n)s", n=number))
        for number, (visit_id, visit) in enumerate(found, start=1)
    )
    back = Choice(code(OpenCounter()), Text("Loket"), nav=True)
    return turn(state.at(NAME), Prompt(paragraphs(heading, lines(*rows) if rows else None), (*choices, back, MENU)))
