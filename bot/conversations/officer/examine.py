"""Examining: an application block by block, its files, and remarks on single answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from bot.conversations.form.ask import brief, label
from bot.conversations.officer import case, steps
from bot.conversations.officer.steps import Step, Tap
from bot.conversations.types import LONGEST_LABEL, Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import cases
from bot.service.applications import findings
from bot.service.cases import Refused
from bot.service.desk import Desk
from desk.forms import Form, Question, Section
from desk.remarks import ready_made
from desk.text import Json, Text, cut, lines, paragraphs, verbatim
from storage.tables import Application

NAME = "examine"


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    return steps.tapped(TAPS, args, state, desk)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    return steps.advance(_STEPS, incoming, state, desk)


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    return case.again(state, desk, notice)


def _blocks(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    form = case.form_of(desk, application)
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
    back = Choice(f"{case.NAME}:show:{number}", Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(Text("Blok mana yang ingin Anda baca?"), (*choices, back)))


def _block(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    section = _section(case.form_of(desk, application), more)
    frozen = cases.answers(desk, application).answers
    cases.read_block(desk, application, section.id)
    questions = [question for question in section.questions if question.id in frozen]
    before = cases.answers(desk, application, application.round - 1).answers if application.round > 1 else frozen
    rows = [_answer(question, frozen, before) for question in questions]
    ids = {question.id for question in questions}
    found = [
        f.text for f in findings(desk, case.form_of(desk, application), frozen) if f.text and ids & set(f.questions)
    ]
    found_lines = [Text("• %(what)s", what=text) for text in found]
    checked = lines(Text("Pemeriksaan otomatis:"), *found_lines) if found else None
    text = paragraphs(Text("Blok %(code)s · %(title)s", code=section.code, title=section.title), *rows, checked)
    serial = itertools.count(1)
    choices = [
        choice for question in questions for choice in _of_question(number, application, desk, question, frozen, serial)
    ]
    ways = (
        Choice(f"{NAME}:blocks:{number}", Text("Blok lain"), nav=True),
        Choice(f"{case.NAME}:show:{number}", Text("Kembali"), nav=True),
    )
    return turn(state.at(NAME), Prompt(text, (*choices, *ways)))


def _of_question(
    number: int,
    application: Application,
    desk: Desk,
    question: Question,
    frozen: dict[str, Json],
    serial: Iterator[int],
) -> list[Choice]:
    """`serial`: counts the files of the block."""
    choices = []
    if question.kind == "file":
        for file in cast("list[dict[str, Json]]", frozen[question.id] or []):
            n, name = next(serial), cut(str(file["name"]), LONGEST_LABEL - len("Buka berkas 10: "))
            full = Text("Buka berkas %(number)s: %(name)s", number=n, name=name)
            choices.append(Choice(f"{NAME}:file:{number}:{file['id']}", full, Text("Buka berkas %(number)s", number=n)))
    if application.status == "under_review" and application.officer_id == desk.actor.id:
        choices.append(Choice(f"{NAME}:remark:{number}:{question.code}", Text("Catat %(code)s", code=question.code)))
    return choices


def _file(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    file = cases.open_file(desk, cases.open_case(desk, number), more[0] if more else "")
    back = Choice(f"{NAME}:blocks:{number}", Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(Text("Berkas permohonan"), (back,), Attachment(file.id, file.name)))


def _ask_remark(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    question = case.form_of(desk, application).by_code.get(more[0].casefold()) if more else None
    if question is None:
        raise Refused(Text("Pertanyaan itu tidak ada di formulir ini."))
    cases.must_be_open_to_remarks(desk, application, question)
    answer = cases.answers(desk, application).answers[question.id]
    remarks = list(enumerate(ready_made().get(question.id, ()), start=1))
    text = paragraphs(
        label(question),
        brief(question, answer),
        Text("Tulis catatan Anda, atau pilih salah satu."),
        lines(*(Text("%(number)s. %(remark)s", number=str(n), remark=words) for n, words in remarks)),
    )
    ready = tuple(
        Choice(f"{NAME}:ready:{number}:{question.code}:{n}", verbatim(words), Text("Catatan %(number)s", number=n))
        for n, words in remarks
    )
    return steps.wait(NAME, state, "remark", number, text, *ready, question=question.id)


def _ready(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    question = case.form_of(desk, application).by_code.get(more[0].casefold()) if more else None
    texts = ready_made().get(question.id, ()) if question else ()
    if question is None or more[1:] not in [[str(n)] for n in range(1, len(texts) + 1)]:
        raise Refused(Text("Catatan siap pakai itu tidak ada."))
    cases.remark(desk, application, question, texts[int(more[1]) - 1])
    return case.show(state, desk, number, Text("✓ Catatan untuk %(code)s tersimpan.", code=question.code))


def _take_remark(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    application = cases.open_case(desk, number)
    question = case.form_of(desk, application).questions[str(state.data["question"])]
    cases.remark(desk, application, question, words)
    done = Text("✓ Catatan untuk %(code)s tersimpan.", code=question.code)
    return case.show(state, desk, number, done)


def _manage(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    rows = cases.remarks(desk, application, "open", "answered")
    form = case.form_of(desk, application)
    numbered = list(enumerate(rows, start=1))
    choices = tuple(
        Choice(
            f"{NAME}:close:{number}:{row.id}",
            Text("Tutup catatan %(number)s (%(code)s)", number=n, code=form.questions[row.question].code),
            Text("Tutup catatan %(number)s", number=n),
        )
        for n, row in numbered
    )
    back = Choice(f"{case.NAME}:show:{number}", Text("Kembali"), nav=True)
    listed = [Text("%(number)s) %(remark)s", number=str(n), remark=case.remark_words(form, row)) for n, row in numbered]
    text = paragraphs(Text("Catatan terbuka:"), lines(*listed))
    return turn(state.at(NAME), Prompt(text, (*choices, back)))


def _close(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    cases.close_remark(desk, cases.open_case(desk, number), steps.number_of(more) or 0)
    return case.show(state, desk, number, Text("✓ Catatan ditutup."))


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


TAPS: Mapping[str, Tap] = {
    "blocks": _blocks,
    "block": _block,
    "file": _file,
    "remark": _ask_remark,
    "ready": _ready,
    "remarks": _manage,
    "close": _close,
}
_STEPS: Mapping[str, Step] = {"remark": _take_remark}
