"""Reading an application: block by block, any answer whole, and the files that came with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from bot.actions import Action, fields_of
from bot.chat import LONGEST_LABEL, Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.form.prompts import label
from bot.conversations.officer import acts, head, sections
from bot.conversations.officer.acts import Tap
from bot.service import access, cases
from bot.service.access import ActionRefused
from bot.service.applications import findings
from bot.service.context import Context
from domain.checks import Finding
from domain.form.answers import brief
from domain.form.answers import show as whole
from domain.form.definition import Form, Question, Section
from domain.text import Json, Text, cut, excerpt, lines, paragraphs
from storage.tables import Application, Remark

NAME = "examine"
#: rows of a table on one screen
ROWS = 8


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_button(TAPS, fields_of(action), state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """A question's number, else something to look up."""
    return by_code(incoming, state, ctx) or acts.on_message({}, incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return acts.reprompt({}, state, ctx, notice)


def by_code(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn | None:
    """ "3.2", typed while an application is open: that answer, whole."""
    number = acts.number_in(state)
    if not number or state.data.get("step") or not access.can_open(ctx, number):
        return None
    code = incoming.text.strip().casefold()
    if code not in head.form_of(ctx, cases.open_case(ctx, number)).by_code:
        return None
    return acts.guarded(state, ctx, number, lambda: _answer(state, ctx, number, [code]))


@dataclass
class Read:
    """An application as its reader sees it."""

    ctx: Context
    application: Application

    @property
    def number(self) -> int:
        return self.application.id

    @cached_property
    def form(self) -> Form:
        return head.form_of(self.ctx, self.application)

    @cached_property
    def frozen(self) -> Mapping[str, Json]:
        return cases.answers(self.ctx, self.application).answers

    @cached_property
    def before(self) -> Mapping[str, Json]:
        """The answers of the round before; in the first round nothing has changed."""
        if self.application.round == 1:
            return self.frozen
        return cases.answers(self.ctx, self.application, self.application.round - 1).answers

    @cached_property
    def remarks(self) -> Mapping[str, list[Remark]]:
        """What is open on each answer."""
        found: dict[str, list[Remark]] = {}
        for row in cases.remarks(self.ctx, self.application, "open", "answered"):
            found.setdefault(row.question, []).append(row)
        return found

    @cached_property
    def remarkable(self) -> bool:
        return self.application.status == "under_review" and access.can(self.ctx, self.application, "remark")

    def question(self, more: list[str]) -> Question:
        """The one whose number a button carries. Raises `ActionRefused` where it has no answer here."""
        question = self.form.by_code.get(more[0].casefold()) if more else None
        if question is None or question.id not in self.frozen:
            raise ActionRefused(Text("Butir itu tidak ada di permohonan ini."))
        return question

    @cached_property
    def all_found(self) -> Sequence[Finding]:
        """What the examiner's rules say about the answers, as on the day of the application."""
        day = self.application.submitted_at.astimezone(self.ctx.office.zone).date()
        return [finding for finding in findings(self.ctx, self.form, self.frozen, day) if finding.text]

    def found(self, *questions: str) -> list[Text]:
        """Of these, what concerns some questions."""
        about = set(questions)
        return [finding.text for finding in self.all_found if finding.text and about & set(finding.questions)]


def of(ctx: Context, number: int) -> Read:
    return Read(ctx, cases.open_case(ctx, number))


def _blocks(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    application = cases.open_case(ctx, number)
    choices = [sections.choice(application, section) for section in sections.answered(ctx, application)]
    back = Choice(f"{head.NAME}:show:{number}", Text("Kembali"), nav=True)
    text = Text("Blok mana yang ingin Anda baca? Anda juga dapat menulis nomor butirnya, misalnya 3.2.")
    return turn(state.at(NAME, application=number), Prompt(text, (*choices, back)))


def _block(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    read = of(ctx, number)
    answered = sections.answered(ctx, read.application)
    section = next((section for section in answered if [section.id] == more), None)
    if section is None:
        raise ActionRefused(Text("Blok itu tidak ada di permohonan ini."))
    return block(state, read, section)


def block(state: DialogueState, read: Read, section: Section, notice: Text | None = None) -> Turn:
    """Its answers in brief, what changed since the round before, what is remarked and what the rules found."""
    cases.read_block(read.ctx, read.application, section.id)
    questions = [question for question in section.questions if question.id in read.frozen]
    found = read.found(*(question.id for question in questions))
    text = paragraphs(
        notice,
        Text("Blok %(code)s · %(title)s", code=section.code, title=section.title),
        *(_line(read, question) for question in questions),
        lines(Text("Pemeriksaan otomatis:"), *(Text("• %(what)s", what=text) for text in found)) if found else None,
    )
    serial = itertools.count(1)
    choices = [choice for question in questions for choice in _of_question(read, question, serial)]
    nav = (
        Choice(f"{NAME}:blocks:{read.number}", Text("Daftar blok"), nav=True),
        Choice(f"{head.NAME}:show:{read.number}:{section.id}", Text("Kembali"), nav=True),
    )
    shown = Prompt(text, (*_next(read, section), *choices, *nav))
    return turn(state.at(NAME, application=read.number), shown)


def _next(read: Read, section: Section) -> list[Choice]:
    """The next block; after the last one, and beside every other, what comes of it."""
    number = read.number
    following = sections.following(sections.answered(read.ctx, read.application), section.id)
    ways = [sections.choice(read.application, following)] if following else []
    if read.remarkable and not read.remarks:
        ways.append(Choice(f"verdict:fine:{number}", Text("Semua baik")))
    elif read.remarkable and following is None:
        ways.append(Choice(f"{head.NAME}:revision:{number}", Text("Minta perbaikan")))
    return ways


def _line(read: Read, question: Question) -> Text:
    """The answer; after a revision also what it was before, if it changed; what is remarked on it."""
    now = read.frozen[question.id]
    if question.id not in read.before:
        changed: Text | None = Text("Sebelumnya tidak ditanyakan.")
    else:
        was = read.before[question.id]
        changed = Text("Sebelumnya: %(answer)s", answer=brief(question, was)) if was != now else None
    remarked = (
        Text("Catatan: %(text)s", text=excerpt(row.text, head.MOST)) for row in read.remarks.get(question.id, ())
    )
    return lines(label(question), brief(question, now), changed, *remarked)


def _of_question(read: Read, question: Question, serial: Iterator[int]) -> list[Choice]:
    """`serial` counts the files of the block."""
    choices = _files(read, question, serial)
    if read.remarkable:
        choices.append(Choice(f"remark:ask:{read.number}:{question.code}", Text("Catat %(code)s", code=question.code)))
    elif brief(question, read.frozen[question.id]) != whole(question, read.frozen[question.id]):
        choices.append(_whole_choice(read, question))
    return choices


def _files(read: Read, question: Question, serial: Iterator[int]) -> list[Choice]:
    if question.kind != "file":
        return []
    choices = []
    for file in cast("list[dict[str, Json]]", read.frozen[question.id] or []):
        n, name = next(serial), cut(str(file["name"]), LONGEST_LABEL - len("Buka berkas 10: "))
        full = Text("Buka berkas %(number)s: %(name)s", number=n, name=name)
        choices.append(
            Choice(f"{NAME}:file:{read.number}:{file['id']}", full, Text("Buka berkas %(number)s", number=n))
        )
    return choices


def _whole_choice(read: Read, question: Question) -> Choice:
    return Choice(f"{NAME}:answer:{read.number}:{question.code}", Text("Baca %(code)s", code=question.code))


def _answer(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """One answer to the last letter; of a table, one page."""
    read = of(ctx, number)
    question = read.question(more)
    cases.read_answers(ctx, read.application, question.id)
    page = acts.number_of(more[1:]) or 0
    text, further = _page(question, read.frozen[question.id], page)
    found = read.found(question.id)
    choices = _files(read, question, itertools.count(1))
    if further:
        next_page = f"{NAME}:answer:{number}:{question.code}:{page + 1}"
        choices.append(Choice(next_page, Text("Baris berikutnya")))
    if read.remarkable:
        choices.append(Choice(f"remark:ask:{number}:{question.code}", Text("Catat %(code)s", code=question.code)))
    choices.append(back_to_block(read, question))
    shown = Prompt(paragraphs(label(question), text, *found), tuple(choices))
    return turn(state.at(NAME, application=number), shown)


def _page(question: Question, value: Json, page: int) -> tuple[Text, bool]:
    """The answer, or one page of its rows, and whether there are more."""
    if question.kind != "rows" or not isinstance(value, list) or len(value) <= ROWS:
        return whole(question, value), False
    first = min(page, (len(value) - 1) // ROWS) * ROWS
    last = min(first + ROWS, len(value))
    where = Text("Baris %(first)s–%(last)s dari %(count)s", first=first + 1, last=last, count=len(value))
    return lines(where, whole(question, value[first:last])), last < len(value)


def back_to_block(read: Read, question: Question) -> Choice:
    section = read.form.section_of[question.id]
    return Choice(f"{NAME}:block:{read.number}:{section.id}", Text("Blok %(code)s", code=section.code), nav=True)


def _file(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    read = of(ctx, number)
    file = cases.open_file(ctx, read.application, more[0] if more else "")
    question = next(q for q in read.form.questions.values() if _holds(read.frozen.get(q.id), more[0]))
    text = Text("%(label)s, permohonan %(number)s", label=label(question), number=read.application.number)
    shown = Prompt(text, (back_to_block(read, question),), Attachment(file.id, file.name))
    return turn(state.at(NAME, application=number), shown)


def _holds(value: Json, file: str) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) and str(item.get("id")) == file for item in value)


TAPS: Mapping[str, Tap] = {"blocks": _blocks, "block": _block, "answer": _answer, "file": _file}
