"""`/loket`: officers record the forms of visitors at the counter, print receipts, and give the visitors their codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from bot.actions import Action, code
from bot.actions.applicant import Stars
from bot.actions.counter import (
    BeginRecord,
    ChangeVisitor,
    ListVisitors,
    OpenCounter,
    OpenRecord,
    RateForVisitor,
    RecordAct,
    RecordStep,
    ResendVisitorCode,
    VisitorAgrees,
)
from bot.actions.officer import OpenCase
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.form import flow
from bot.conversations.form.review import show_check
from bot.conversations.form.session import session_of_draft
from bot.conversations.officer import counter_visitor
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import applications, counter, counter_takeover, ratings, receipts, revisions, slips
from bot.service.access import ActionRefused
from bot.service.applications import NotSubmitted
from bot.service.context import Context
from bot.service.counter import RecordView, Stage
from bot.service.ratings import STARS, star_choices
from bot.service.wording import status_name
from domain.text import Text, joined, lines, paragraphs, verbatim
from storage.tables import Draft

NAME = counter_visitor.NAME
#: codes of questions without an answer that the screen names
_MISSING = 12
_STAGES: Mapping[Stage, Text] = {
    "filling": Text("sedang diisi"),
    "revising": Text("menunggu perbaikan"),
    "sent": Text("sudah dikirim"),
}
_COUNTER = Choice(code(OpenCounter()), Text("Loket"), nav=True)
_NOT_SUBMITTED = {
    "not_registered": Text("Pengunjung belum terdaftar."),
    "incomplete": Text("Masih ada butir yang belum terisi."),
    "blocked": Text("Masih ada isian yang harus diperbaiki sebelum dikirim."),
}


def show(state: DialogueState, ctx: Context, notice: Text | None = None, below: int = 0) -> Turn:
    """The newest records, whoever began them."""
    try:
        found, has_older = counter.list_records(ctx, below)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    text = paragraphs(
        notice,
        Text("Loket: mencatat permohonan untuk pengunjung"),
        lines(*(_line(n, view) for n, view in enumerate(found, start=1))) if found else Text("Belum ada catatan."),
    )
    choices = (
        Choice(code(BeginRecord()), Text("Catat pengunjung")),
        Choice(code(ListVisitors()), Text("Dari buku tamu")),
        *(
            Choice(
                code(OpenRecord(view.record.id)),
                Text("%(name)s", name=view.visitor.name),
                Text("Catatan %(n)s", n=n),
            )
            for n, view in enumerate(found, start=1)
        ),
        *((Choice(code(OpenCounter(found[-1].record.id)), Text("Sebelumnya"), nav=True),) if has_older else ()),
        MENU,
    )
    return turn(state.at(NAME), Prompt(text, choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return counter_visitor.reprompt(state, ctx, notice) or show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    try:
        taken = counter_visitor.take_code(incoming, state, ctx)
    except ActionRefused as refused:
        return show(state, ctx, refused.text)
    if isinstance(taken, Turn):
        return taken
    return _show_record(state, ctx, taken, _BEGUN) if taken is not None else menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        return _handle(action, state, ctx)
    except ActionRefused as refused:
        return show(state, ctx, refused.text)


def _handle(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case OpenCounter(below):
            return show(state, ctx, below=below)
        case ListVisitors() | BeginRecord() | VisitorAgrees() | ResendVisitorCode() | ChangeVisitor():
            return counter_visitor.on_button(action, state, ctx)
        case OpenRecord(record_id):
            return _show_record(state, ctx, record_id)
        case RecordStep(act, record_id):
            return STEPS[act](state, ctx, counter.open_record(ctx, record_id))
        case RateForVisitor(record_id, stars):
            return _rate(state, ctx, counter.open_record(ctx, record_id), stars)
    return show(state, ctx)


def on_visitor_form(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    """The form about the visitor was sent."""
    try:
        begun = counter_visitor.on_submit(draft, state, ctx)
    except ActionRefused as refused:
        return show(state, ctx, refused.text)
    return begun if isinstance(begun, Turn) else _show_record(state, ctx, begun, _BEGUN)


def on_leave(state: DialogueState, ctx: Context) -> Turn:
    """The next visitor begins anew, and what was written is dropped."""
    told = Text("Data pengunjung itu belum tercatat. Untuk memulainya dari awal, pilih Catat pengunjung.")
    return show(state, ctx, told)


def on_submit(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    """The last button of a visitor's application or revision."""
    acting = counter.context_for_draft(ctx, draft.id)
    try:
        if draft.state == "revising":
            revised = revisions.resubmit(acting, draft)
            done = Text("✓ Perbaikan permohonan %(number)s sudah dikirim.", number=revised.number)
            return show_draft(draft, state, ctx, done)
        sent = applications.submit(acting, draft)
    except ActionRefused as refused:
        session = session_of_draft(draft.id, state, ctx)
        return show_check(session, refused.text) if session else show(state, ctx, refused.text)
    if isinstance(sent, NotSubmitted):
        session = session_of_draft(draft.id, state, ctx)
        return show_check(session, _NOT_SUBMITTED[sent.reason]) if session else show(state, ctx)
    done = Text("✓ Permohonan pengunjung tercatat dengan nomor %(number)s.", number=sent.number)
    by_telephone = Text("Sampaikan hasil pemeriksaan melalui telepon paling lambat %(day)s.", day=sent.due_on)
    promise = receipts.promise(sent) if receipts.gets_mails(acting) else by_telephone
    return show_draft(draft, state, ctx, paragraphs(done, promise))


def show_draft(draft: Draft, state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """The record of this draft; the counter where the visitor has taken it over."""
    try:
        return _show_record(state, ctx, counter.record_id_of(ctx, draft), notice)
    except ActionRefused as refused:
        return show(state, ctx, refused.text)


_BEGUN = Text("✓ Data pengunjung tercatat. Sekarang isilah formulirnya bersama pengunjung.")


def _show_record(state: DialogueState, ctx: Context, record_id: int, notice: Text | None = None) -> Turn:
    view = counter.read_record(ctx, record_id)
    visitor, application = view.visitor, view.application
    text = paragraphs(
        notice,
        lines(
            verbatim(f"{visitor.name} · {visitor.institution}"),
            Text("Ponsel: %(phone)s", phone=visitor.phone),
            Text("E-mail terbukti: %(email)s", email=visitor.email) if visitor.email else Text("Tanpa e-mail"),
            Text("Dicatat oleh: %(name)s", name=counter.recorder_name(ctx, view)),
        ),
        Text("%(number)s: %(status)s", number=application.number, status=status_name(application.status))
        if application
        else None,
        _missing(counter.missing(ctx, view)) if counter.stage_of(view) != "sent" else None,
    )
    return turn(state.at(NAME), Prompt(text, (*_choices(view), _COUNTER, MENU)))


def _missing(codes: Sequence[str]) -> Text:
    if not codes:
        return Text("Semua butir sudah terisi, tetapi belum dikirim.")
    shown = ", ".join(codes[:_MISSING]) + (", …" if len(codes) > _MISSING else "")
    return Text("Belum terisi (%(count)s butir): %(codes)s", count=len(codes), codes=shown)


def _choices(view: RecordView) -> tuple[Choice, ...]:
    id, application = view.record.id, view.application
    fill = {
        "filling": Choice(code(RecordStep("fill", id)), Text("Isi formulir")),
        "revising": Choice(code(RecordStep("fill", id)), Text("Isi perbaikan")),
    }.get(counter.stage_of(view))
    is_issued = application is not None and application.status in {"issued", "closed"}
    return (
        *((fill,) if fill else ()),
        *((Choice(code(OpenCase(application.id)), Text("Buka permohonan")),) if application else ()),
        *((Choice(code(RecordStep("rate", id)), Text("Penilaian")),) if is_issued else ()),
        Choice(code(RecordStep("print", id)), Text("Cetak tanda terima"), Text("Cetak struk")),
        Choice(code(RecordStep("code", id)), Text("Kode untuk pengunjung"), Text("Kode pengunjung")),
    )


def _fill(state: DialogueState, ctx: Context, view: RecordView) -> Turn:
    session = session_of_draft(view.draft.id, state, ctx)
    if session is None:
        return _show_record(state, ctx, view.record.id, Text("Formulir itu sudah dikirim."))
    notice = Text("Formulir untuk %(name)s. Bacakan pertanyaannya, atau salin dari kertasnya.", name=view.visitor.name)
    return show_check(session, notice) if session.next() is None else flow.resume(session, notice)


def _give_code(state: DialogueState, ctx: Context, view: RecordView) -> Turn:
    one_time_code = counter_takeover.new_code(ctx, view.record)
    links = counter_takeover.links(ctx, one_time_code)
    text = paragraphs(
        Text("Pengunjung menulis ini di percakapannya sendiri dengan kami:"),
        verbatim(f"/{counter_takeover.COMMAND} {one_time_code}"),
        lines(Text("Atau membuka tautan ini:"), *map(verbatim, links)) if links else None,
        Text("Kode berlaku 7 hari, untuk satu kali. Kode sebelumnya tidak berlaku lagi."),
    )
    back = Choice(code(OpenRecord(view.record.id)), Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(text, (back, _COUNTER)))


def _print(state: DialogueState, ctx: Context, view: RecordView) -> Turn:
    ordered = slips.order(ctx, "record", view.record.id)
    told = Text("Tanda terima sedang dibuat dan segera dikirim ke percakapan ini.")
    return _show_record(state, ctx, view.record.id, told if ordered else None)


def _ask_stars(state: DialogueState, ctx: Context, view: RecordView) -> Turn:
    if view.application is None:
        return _show_record(state, ctx, view.record.id)
    text = Text("Tunjukkan layar ini kepada pengunjung: bagaimana layanan kami? Silakan beri 1 sampai 5 bintang.")
    choices = star_choices(partial(RateForVisitor, view.record.id))
    back = Choice(code(OpenRecord(view.record.id)), Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(text, (*choices, back)))


def _rate(state: DialogueState, ctx: Context, view: RecordView, stars: Stars) -> Turn:
    acting, application = counter.visitor_context(ctx, view.record), view.application
    if application is None or not ratings.rate(acting, application.id, stars):
        return _show_record(state, ctx, view.record.id, Text("Penilaian itu tidak dapat diubah lagi."))
    told = Text("✓ Pengunjung memberi %(stars)s. Terima kasih.", stars=STARS[stars])
    return _show_record(state, ctx, view.record.id, told)


def _line(n: int, view: RecordView) -> Text:
    line = Text(
        "%(n)s. %(name)s · %(institution)s: %(stage)s",
        n=n,
        name=view.visitor.name,
        institution=view.visitor.institution,
        stage=_STAGES[counter.stage_of(view)],
    )
    return joined(" · ", line, verbatim(view.application.number) if view.application else None)


STEPS: Mapping[RecordAct, Callable[[DialogueState, Context, RecordView], Turn]] = {
    "fill": _fill,
    "code": _give_code,
    "print": _print,
    "rate": _ask_stars,
}
COMMANDS: CommandHandlers = {"counter": without_argument(show)}
