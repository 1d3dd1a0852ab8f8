"""One application on an officer's phone: read it block by block, remark, ask for a revision, decide, issue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from bot.conversations import menu
from bot.conversations.form.ask import brief, label
from bot.conversations.officer import inbox
from bot.conversations.status import STATUSES as FOR_APPLICANTS
from bot.conversations.types import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import cases, officers
from bot.service.applications import findings
from bot.service.cases import FEASIBLE, REJECTED, Refused
from bot.service.desk import Desk
from bot.service.wording import STATUSES, days_left
from desk.answers import MOST_LONGTEXT
from desk.forms import Form, Question, Section
from desk.permissions import Act, may
from desk.reading import many_lines
from desk.remarks import ready_made
from desk.text import Json, Text, lines, paragraphs, verbatim
from storage.tables import Application, Remark

NAME = "case"


def show(state: DialogueState, desk: Desk, application_id: int, notice: Text | None = None) -> Turn:
    """The head of the case and what can be done with it now."""
    application = cases.open_case(desk, application_id)
    holder = officers.name_of(desk, application.officer_id)
    form = _form(desk, application)
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
            Text("Status: %(status)s", status=_status(application)),
            Text("Janji hasil: %(day)s, %(left)s", day=application.due_on, left=days_left(desk, application)),
            Text("Putaran: %(round)s", round=application.round),
            Text("Dipegang oleh: %(name)s", name=holder) if holder else None,
            _verdict(application),
            Text("Catatan direktur: %(note)s", note=application.director_note) if application.director_note else None,
        ),
        lines(Text("Catatan terbuka:"), *(_remark(form, row) for row in open_remarks)) if open_remarks else None,
        lines(Text("Catatan internal:"), *(verbatim(f"• {row.text}") for row in notes)) if notes else None,
    )
    acts = tuple(Choice(f"{tap}:{application.id}", text) for tap, text in _acts(desk, application, bool(open_remarks)))
    read = Choice(f"{NAME}:blocks:{application.id}", Text("Baca isian"))
    ways = Choice("inbox:start", Text("Semua berkas"), nav=True)
    return turn(state.at(NAME), Prompt(text, (read, *acts, ways)))


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    number = state.data.get("application")
    return opened(state, desk, number, notice) if isinstance(number, int) else inbox.start(state, desk, notice)


def opened(state: DialogueState, desk: Desk, number: int, notice: Text | None = None) -> Turn:
    """The same for one that may not be this actor's to read."""
    return _guarded(state, desk, lambda: show(state, desk, number, notice))


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    """Words that a step of this case waits for, else a number to look up."""
    step, number = state.data.get("step"), state.data.get("application")
    words = many_lines(incoming.text)
    if isinstance(step, str) and isinstance(number, int) and step in _STEPS:
        empty = not any(sign.isalnum() for sign in words) and not (step == "heed" and words == "-")
        if empty or len(words) > MOST_LONGTEXT:
            return _wait(
                state, step, number, Text("Tulis dengan kata-kata, paling banyak 4.000 huruf."), **_rest(state)
            )
        return _guarded(state, desk, lambda: _STEPS[step](state, desk, number, words))
    return inbox.look_up(state, desk, incoming.text)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    """`<act>:<application>[:<more>]`, untrusted."""
    match args:
        case [act, number, *more] if act in _TAPS and number.isascii() and number.isdigit() and len(number) < 18:
            return _guarded(state, desk, lambda: _TAPS[act](state, desk, int(number), more))
    return inbox.start(state, desk, Text("Tombol itu tidak kami kenali."))


def _guarded(state: DialogueState, desk: Desk, act: Callable[[], Turn]) -> Turn:
    try:
        return act()
    except Refused as refused:
        if officers.role(desk) == "applicant":
            return menu.show(state, desk, refused.text)
        return inbox.start(state, desk, refused.text)


#: status → the buttons of the moment: (tap, the act it leads to, label)
ACTS: dict[str, tuple[tuple[str, Act, Text], ...]] = {
    "submitted": (("claim", "claim", Text("Ambil permohonan")),),
    "under_review": (
        ("remarks", "remark", Text("Kelola catatan")),
        ("revision", "request_revision", Text("Minta perbaikan")),
        ("decide", "decide", Text("Putuskan")),
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
        ("issue", "issue", Text("Terbitkan")),
        ("back", "send_back", Text("Kembalikan")),
        ("upload:start", "issue_by_upload", Text("Catat surat terbit")),
    ),
    "issued": (("letter", "read", Text("Lihat surat")),),
    "closed": (("letter", "read", Text("Lihat surat")),),
}


def _acts(desk: Desk, application: Application, has_remarks: bool) -> list[tuple[str, Text]]:
    """What this officer may press now; whether an act is allowed is asked again where it happens."""
    role, holds = officers.role(desk), application.officer_id == desk.actor.id
    hidden = (set() if has_remarks else {"remarks", "revision"}) | ({"over"} if holds else set())
    hidden |= set() if cases.silent_too_long(desk, application) else {"expire"}
    return [
        (tap if ":" in tap else f"{NAME}:{tap}", text)
        for tap, act, text in ACTS.get(application.status, ())
        if tap not in hidden and may(role, act, owns=application.person_id == desk.actor.id, holds=holds)
    ]


def _show(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    return show(state, desk, number)


def _act(act: Callable[[Desk, Application], None], done: Text) -> Callable[[DialogueState, Desk, int, list[str]], Turn]:
    def run(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
        act(desk, cases.open_case(desk, number))
        return show(state, desk, number, done)

    return run


def _blocks(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    form = _form(desk, application)
    frozen = cases.answers(desk, application).answers
    sections = [s for s in form.sections if any(q.id in frozen for q in s.questions)]
    choices = tuple(
        Choice(
            f"{NAME}:block:{number}:{section.id}",
            Text("%(code)s · %(title)s", code=section.code, title=section.title),
            Text("Blok %(code)s", code=section.code),
        )
        for section in sections
    )
    back = Choice(f"{NAME}:show:{number}", Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(Text("Blok mana yang ingin Anda baca?"), (*choices, back)))


def _block(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    section = _section(_form(desk, application), more)
    frozen = cases.answers(desk, application).answers
    cases.read_block(desk, application, section.id)
    questions = [question for question in section.questions if question.id in frozen]
    before = cases.answers(desk, application, application.round - 1).answers if application.round > 1 else frozen
    rows = [_answer(question, frozen, before) for question in questions]
    ids = {question.id for question in questions}
    found = [f.text for f in findings(desk, _form(desk, application), frozen) if f.text and ids & set(f.questions)]
    found_lines = [Text("• %(what)s", what=text) for text in found]
    checked = lines(Text("Pemeriksaan otomatis:"), *found_lines) if found else None
    text = paragraphs(Text("Blok %(code)s · %(title)s", code=section.code, title=section.title), *rows, checked)
    choices = [choice for question in questions for choice in _of_question(number, application, desk, question, frozen)]
    ways = (
        Choice(f"{NAME}:blocks:{number}", Text("Blok lain"), nav=True),
        Choice(f"{NAME}:show:{number}", Text("Kembali"), nav=True),
    )
    return turn(state.at(NAME), Prompt(text, (*choices, *ways)))


def _of_question(
    number: int, application: Application, desk: Desk, question: Question, frozen: dict[str, Json]
) -> list[Choice]:
    choices = []
    if question.kind == "file":
        for file in cast("list[dict[str, Json]]", frozen[question.id] or []):
            name = str(file["name"])
            choices.append(
                Choice(f"{NAME}:file:{number}:{file['id']}", Text("Buka %(name)s", name=name), Text("Buka berkas"))
            )
    if application.status == "under_review" and application.officer_id == desk.actor.id:
        choices.append(Choice(f"{NAME}:remark:{number}:{question.code}", Text("Catat %(code)s", code=question.code)))
    return choices


def _file(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    file = cases.open_file(desk, cases.open_case(desk, number), more[0] if more else "")
    back = Choice(f"{NAME}:blocks:{number}", Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(Text("Berkas permohonan"), (back,), Attachment(file.id, file.name)))


def _letter(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    file = cases.open_letter(desk, cases.open_case(desk, number))
    back = Choice(f"{NAME}:show:{number}", Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(Text("Surat permohonan ini"), (back,), Attachment(file.id, file.name)))


def _ask_remark(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    question = _form(desk, application).by_code.get(more[0].casefold()) if more else None
    if question is None:
        raise Refused(Text("Pertanyaan itu tidak ada di formulir ini."))
    cases.must_be_open_to_remarks(desk, application, question)
    answer = cases.answers(desk, application).answers[question.id]
    text = paragraphs(label(question), brief(question, answer), Text("Tulis catatan Anda, atau pilih salah satu."))
    ready = tuple(
        Choice(f"{NAME}:ready:{number}:{question.code}:{n}", verbatim(words), Text("Catatan %(number)s", number=n))
        for n, words in enumerate(ready_made().get(question.id, ()), start=1)
    )
    return _wait(state, "remark", number, text, *ready, question=question.id)


def _ready(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    question = _form(desk, application).by_code.get(more[0].casefold()) if more else None
    texts = ready_made().get(question.id, ()) if question else ()
    if question is None or more[1:] not in [[str(n)] for n in range(1, len(texts) + 1)]:
        raise Refused(Text("Catatan siap pakai itu tidak ada."))
    cases.remark(desk, application, question, texts[int(more[1]) - 1])
    return show(state, desk, number, Text("✓ Catatan untuk %(code)s tersimpan.", code=question.code))


def _ask_note(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    cases.open_case(desk, number)
    return _wait(state, "note", number, Text("Tulis catatan untuk rekan petugas. Pemohon tidak melihatnya."))


def _take_note(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    cases.note(desk, cases.open_case(desk, number), words)
    return show(state, desk, number, Text("✓ Catatan internal tersimpan."))


def _take_remark(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    application = cases.open_case(desk, number)
    question = _form(desk, application).questions[str(state.data["question"])]
    cases.remark(desk, application, question, words)
    done = Text("✓ Catatan untuk %(code)s tersimpan.", code=question.code)
    return show(state, desk, number, done)


def _manage(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    rows = cases.remarks(desk, application, "open", "answered")
    form = _form(desk, application)
    choices = tuple(
        Choice(
            f"{NAME}:close:{number}:{row.id}",
            Text("Tutup catatan %(code)s", code=form.questions[row.question].code),
            Text("Tutup %(code)s", code=form.questions[row.question].code),
        )
        for row in rows
    )
    back = Choice(f"{NAME}:show:{number}", Text("Kembali"), nav=True)
    text = paragraphs(Text("Catatan terbuka:"), lines(*(_remark(form, row) for row in rows)))
    return turn(state.at(NAME), Prompt(text, (*choices, back)))


def _close(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    remark = int(more[0]) if more and more[0].isascii() and more[0].isdigit() and len(more[0]) < 18 else 0
    cases.close_remark(desk, cases.open_case(desk, number), remark)
    return show(state, desk, number, Text("✓ Catatan ditutup."))


def _decide(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    cases.must_be_possible(desk, cases.open_case(desk, number), "decide")
    choices = (
        Choice(f"{NAME}:verdict:{number}:{FEASIBLE}", Text("Layak")),
        Choice(f"{NAME}:verdict:{number}:{REJECTED}", Text("Ditolak")),
        Choice(f"{NAME}:show:{number}", Text("Kembali"), nav=True),
    )
    return turn(state.at(NAME), Prompt(Text("Apa hasil pemeriksaannya?"), choices))


def _verdict_taken(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    if more not in ([FEASIBLE], [REJECTED]):
        return _decide(state, desk, number, [])
    cases.must_be_possible(desk, cases.open_case(desk, number), "decide")
    return _wait(state, "grounds", number, Text("Tulis alasannya, satu alasan satu baris."), verdict=more[0])


def _take_grounds(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    grounds: list[Json] = [line.strip() for line in words.splitlines() if line.strip()]
    text = Text("Tulis hal yang perlu diperhatikan pemohon, satu hal satu baris. Tulis - bila tidak ada.")
    return _wait(state, "heed", number, text, verdict=state.data["verdict"], grounds=grounds)


def _take_heed(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    heed = [line.strip() for line in words.splitlines() if line.strip(" -")]
    return _confirm(state, number, heed)


def _confirm(state: DialogueState, number: int, heed: list[str]) -> Turn:
    grounds = [str(ground) for ground in cast("list[Json]", state.data["grounds"])]
    verdict = Text("Layak") if state.data["verdict"] == FEASIBLE else Text("Ditolak")
    text = paragraphs(
        Text("Putusan: %(verdict)s", verdict=verdict),
        lines(Text("Alasan:"), *(verbatim(f"{n}. {ground}") for n, ground in enumerate(grounds, 1))),
        lines(Text("Perlu diperhatikan:"), *(verbatim(f"{n}. {item}") for n, item in enumerate(heed, 1)))
        if heed
        else None,
        Text("Pemohon langsung diberi tahu hasilnya. Putuskan sekarang?"),
    )
    choices = (
        Choice(f"{NAME}:final:{number}", Text("Ya, putuskan")),
        Choice(f"{NAME}:show:{number}", Text("Tidak jadi"), nav=True),
    )
    kept: dict[str, Json] = {**dict(state.data), "step": "decided", "application": number, "heed": list(heed)}
    return turn(state.at(NAME, **kept), Prompt(text, choices))


def _final(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    if state.data.get("step") != "decided" or state.data.get("application") != number:
        return _decide(state, desk, number, [])
    grounds, heed = (
        [str(item) for item in cast("list[Json]", state.data.get(name) or [])] for name in ("grounds", "heed")
    )
    cases.decide(desk, cases.open_case(desk, number), str(state.data["verdict"]), grounds, heed)
    return show(state, desk, number, Text("✓ Putusan tersimpan. Konsep suratnya sedang disusun."))


def _ask_back(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    cases.must_be_possible(desk, cases.open_case(desk, number), "send_back")
    return _wait(state, "back", number, Text("Apa yang perlu diubah? Catatan ini dikirim kepada petugas."))


def _take_back(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    cases.send_back(desk, cases.open_case(desk, number), words)
    return show(state, desk, number, Text("✓ Surat dikembalikan kepada petugas."))


def _ask_issue(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    cases.must_be_possible(desk, application, "issue")
    text = Text(
        "Terbitkan surat untuk %(number)s? Nomor surat diberikan sekarang, dan surat dikirim kepada pemohon.",
        number=application.number,
    )
    choices = (
        Choice(f"{NAME}:sure:{number}", Text("Ya, terbitkan")),
        Choice(f"{NAME}:show:{number}", Text("Tidak jadi")),
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _wait(state: DialogueState, step: str, number: int, text: Text, *ready: Choice, **data: Json) -> Turn:
    """Asks for words; the next message is for this step."""
    cancel = Choice(f"{NAME}:show:{number}", Text("Tidak jadi"), nav=True)
    kept: dict[str, Json] = {"step": step, "application": number, **data}
    return turn(state.at(NAME, **kept), Prompt(text, (*ready, cancel), asks=step))


def _rest(state: DialogueState) -> dict[str, Json]:
    return {name: value for name, value in state.data.items() if name not in {"step", "application"}}


def _form(desk: Desk, application: Application) -> Form:
    return desk.house.form(application.form, application.version)


def _section(form: Form, more: list[str]) -> Section:
    for section in form.sections:
        if [section.id] == more:
            return section
    raise Refused(Text("Blok itu tidak ada di formulir ini."))


def _answer(question: Question, frozen: dict[str, Json], before: dict[str, Json]) -> Text:
    """The answer; after a revision also what it was before, if it changed."""
    now = frozen[question.id]
    if question.id not in before:
        changed: Text | None = Text("Sebelumnya tidak ditanyakan.")
    else:
        was = before[question.id]
        changed = Text("Sebelumnya: %(answer)s", answer=brief(question, was)) if was != now else None
    return lines(label(question), brief(question, now), changed)


def _remark(form: Form, row: Remark) -> Text:
    code = form.questions[row.question].code
    if row.reply:
        return Text("• %(code)s: %(text)s (jawaban: %(reply)s)", code=code, text=row.text, reply=row.reply)
    return Text("• %(code)s: %(text)s", code=code, text=row.text)


def _status(application: Application) -> Text:
    return STATUSES.get(application.status) or FOR_APPLICANTS[application.status][0]


def _verdict(application: Application) -> Text | None:
    if not application.verdict:
        return None
    return Text("Putusan: %(verdict)s", verdict=Text("Layak") if application.verdict == FEASIBLE else Text("Ditolak"))


_TAPS: dict[str, Callable[[DialogueState, Desk, int, list[str]], Turn]] = {
    "show": _show,
    "blocks": _blocks,
    "block": _block,
    "file": _file,
    "letter": _letter,
    "claim": _act(cases.claim, Text("✓ Permohonan ini sekarang Anda pegang.")),
    "release": _act(cases.release, Text("✓ Permohonan dilepaskan.")),
    "over": _act(cases.take_over, Text("✓ Permohonan ini sekarang Anda pegang.")),
    "remark": _ask_remark,
    "ready": _ready,
    "note": _ask_note,
    "remarks": _manage,
    "close": _close,
    "revision": _act(cases.request_revision, Text("✓ Pemohon sudah diminta memperbaiki.")),
    "expire": _act(cases.expire, Text("✓ Permohonan dinyatakan kedaluwarsa. Pemohon sudah diberi tahu.")),
    "decide": _decide,
    "verdict": _verdict_taken,
    "final": _final,
    "send": _act(cases.send_to_director, Text("✓ Surat sudah dikirim kepada direktur.")),
    "reopen": _act(cases.reopen, Text("✓ Permohonan dibuka lagi untuk diperiksa.")),
    "back": _ask_back,
    "issue": _ask_issue,
    "sure": _act(cases.issue, Text("✓ Surat terbit. Dokumennya sedang dibuat, lalu dikirim kepada pemohon.")),
}
_STEPS: dict[str, Callable[[DialogueState, Desk, int, str], Turn]] = {
    "remark": _take_remark,
    "note": _take_note,
    "grounds": _take_grounds,
    "heed": _take_heed,
    "back": _take_back,
}
