"""One application on an officer's phone: read it block by block, remark, ask for a revision, decide, issue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.conversations.officer import inbox, steps
from bot.conversations.officer.steps import Step, Tap
from bot.conversations.types import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import cases, decisions, officers
from bot.service.cases import VERDICTS
from bot.service.desk import Desk
from bot.service.wording import days_left, status_name
from desk.forms import Form
from desk.permissions import Act, may
from desk.text import Text, lines, paragraphs, verbatim
from storage.tables import Application, Remark

NAME = "case"


def show(state: DialogueState, desk: Desk, application_id: int, notice: Text | None = None) -> Turn:
    """The head of the case and what can be done with it now."""
    application = cases.open_case(desk, application_id)
    holder = officers.name_of(desk, application.officer_id)
    form = form_of(desk, application)
    open_remarks = cases.remarks(desk, application, "open", "answered")
    notes = cases.notes(desk, application)
    text = paragraphs(
        notice,
        lines(
            verbatim(application.number),
            Text("“%(title)s”", title=application.title),
            verbatim(application.organiser),
        ),
        lines(
            Text("Status: %(status)s", status=status_name(application.status)),
            Text("Janji hasil: %(day)s, %(left)s", day=application.due_on, left=days_left(desk, application)),
            Text("Putaran: %(round)s", round=application.round),
            Text("Dipegang oleh: %(name)s", name=holder) if holder else None,
            Text("Putusan: %(verdict)s", verdict=VERDICTS[application.verdict]) if application.verdict else None,
            Text("Catatan direktur: %(note)s", note=application.director_note) if application.director_note else None,
        ),
        lines(Text("Catatan terbuka:"), *(Text("• %(what)s", what=remark_words(form, row)) for row in open_remarks))
        if open_remarks
        else None,
        lines(Text("Catatan internal:"), *(verbatim(f"• {row.text}") for row in notes)) if notes else None,
    )
    acts = tuple(Choice(f"{tap}:{application.id}", text) for tap, text in _acts(desk, application, bool(open_remarks)))
    read = Choice(f"examine:blocks:{application.id}", Text("Baca isian"))
    ways = (
        Choice(f"history:page:{application.id}", Text("Riwayat"), nav=True),
        Choice("inbox:start", Text("Semua berkas"), nav=True),
    )
    return turn(state.at(NAME, application=application.id), Prompt(text, (read, *acts, *ways)))


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    number = state.data.get("application")
    return opened(state, desk, number, notice) if isinstance(number, int) else inbox.start(state, desk, notice)


def opened(state: DialogueState, desk: Desk, number: int, notice: Text | None = None) -> Turn:
    """The same for one that may not be this actor's to read."""
    return steps.guarded(state, desk, lambda: show(state, desk, number, notice))


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    return steps.advance(_STEPS, incoming, state, desk)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    return steps.tapped(TAPS, args, state, desk)


#: status → the buttons of the moment: (tap, the act it leads to, label)
ACTS: dict[str, tuple[tuple[str, Act, Text], ...]] = {
    "submitted": (("claim", "claim", Text("Ambil permohonan")),),
    "under_review": (
        ("examine:remarks", "remark", Text("Kelola catatan")),
        ("revision", "request_revision", Text("Minta perbaikan")),
        ("verdict:decide", "decide", Text("Putuskan")),
        ("note", "note", Text("Catatan internal")),
        ("release", "release", Text("Lepaskan")),
        ("over", "hand_over", Text("Ambil alih")),
    ),
    "revision_requested": (("expire", "expire", Text("Nyatakan kedaluwarsa")),),
    "letter_drafted": (
        ("letter", "read", Text("Lihat konsep surat")),
        ("send", "send_to_director", Text("Kirim ke direktur")),
        ("reopen", "reopen", Text("Buka lagi")),
        ("over", "hand_over", Text("Ambil alih")),
    ),
    "awaiting_issue": (
        ("letter", "read", Text("Lihat konsep surat")),
        ("verdict:issue", "issue", Text("Terbitkan")),
        ("verdict:back", "send_back", Text("Kembalikan")),
        ("upload:start", "issue_by_upload", Text("Catat surat terbit")),
    ),
    "issued": (("letter", "read", Text("Lihat surat")),),
    "closed": (("letter", "read", Text("Lihat surat")),),
}


def _acts(desk: Desk, application: Application, has_remarks: bool) -> list[tuple[str, Text]]:
    """What this officer may press now; whether an act is allowed is asked again where it happens."""
    role, holds = officers.role(desk), application.officer_id == desk.actor.id
    hidden = (set() if has_remarks else {"examine:remarks", "revision"}) | ({"over"} if holds else set())
    hidden |= set() if cases.silent_too_long(desk, application) else {"expire"}
    return [
        (tap if ":" in tap else f"{NAME}:{tap}", text)
        for tap, act, text in ACTS.get(application.status, ())
        if tap not in hidden and may(role, act, owns=application.person_id == desk.actor.id, holds=holds)
    ]


def _show(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    return show(state, desk, number)


def _act(act: Callable[[Desk, Application], None], done: Text) -> Tap:
    def run(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
        act(desk, cases.open_case(desk, number))
        return show(state, desk, number, done)

    return run


def _letter(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    file = cases.open_letter(desk, cases.open_case(desk, number))
    back = Choice(f"{NAME}:show:{number}", Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(Text("Surat permohonan ini"), (back,), Attachment(file.id, file.name)))


def _ask_note(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    cases.open_case(desk, number)
    return steps.wait(NAME, state, "note", number, Text("Tulis catatan untuk rekan petugas. Pemohon tidak melihatnya."))


def _take_note(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    cases.note(desk, cases.open_case(desk, number), words)
    return show(state, desk, number, Text("✓ Catatan internal tersimpan."))


def form_of(desk: Desk, application: Application) -> Form:
    return desk.house.form(application.form, application.version)


def remark_words(form: Form, row: Remark) -> Text:
    code = form.questions[row.question].code
    if row.reply:
        return Text("%(code)s: %(text)s (jawaban: %(reply)s)", code=code, text=row.text, reply=row.reply)
    return Text("%(code)s: %(text)s", code=code, text=row.text)


TAPS: Mapping[str, Tap] = {
    "show": _show,
    "letter": _letter,
    "claim": _act(cases.claim, Text("✓ Permohonan ini sekarang Anda pegang.")),
    "release": _act(cases.release, Text("✓ Permohonan dilepaskan.")),
    "over": _act(cases.take_over, Text("✓ Permohonan ini sekarang Anda pegang.")),
    "note": _ask_note,
    "revision": _act(cases.request_revision, Text("✓ Pemohon sudah diminta memperbaiki.")),
    "expire": _act(cases.expire, Text("✓ Permohonan dinyatakan kedaluwarsa. Pemohon sudah diberi tahu.")),
    "send": _act(decisions.send_to_director, Text("✓ Surat sudah dikirim kepada direktur.")),
    "reopen": _act(decisions.reopen, Text("✓ Permohonan dibuka lagi untuk diperiksa.")),
}
_STEPS: Mapping[str, Step] = {
    "note": _take_note,
}
