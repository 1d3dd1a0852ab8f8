"""Reading an application: section by section, each answer in full, and the files that came with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial

from bot.actions import Action, code
from bot.actions.examination import AskApplicant, MarkClear, RemarkFinding
from bot.actions.officer import (
    CaseStep,
    ListSections,
    OpenCase,
    OpenUpload,
    ReadAnswer,
    ReadingAction,
    ReadSection,
    VerdictStep,
    WriteRemark,
)
from bot.chat import LONGEST_LABEL, Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn, with_notice
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.form.prompts import label
from bot.conversations.officer import case_flow, inbox
from bot.conversations.officer.case_flow import CaseDialogue
from bot.conversations.officer.case_screen import EXCERPT_LENGTH, CaseState, clear_sections, unread_sections
from bot.conversations.officer.case_view import CaseView, open_view, section_choice
from bot.conversations.state import read, to_json
from bot.service import access, cases, examination, remarks
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.checks import Finding
from domain.form.answers import brief
from domain.form.answers import show as full_answer
from domain.form.definition import Question, Section
from domain.form.reading import source_words
from domain.text import Json, Text, cut, excerpt, lines, paragraphs

NAME = "examine"
#: how many rows of a table one screen shows
ROWS_PER_PAGE = 8


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, ReadingAction):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    return case_flow.show_refusal_of(state, ctx, action.application_id, partial(_handle, action, state, ctx))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """The code of a question, else words to look up."""
    dialogue = read(CaseState, state.data)
    answer = find_answer(incoming, dialogue, state, ctx)
    return answer or inbox.look_up(state, ctx, incoming.text)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return case_flow.reprompt(read(CaseState, state.data), state, ctx, notice)


def find_answer(incoming: Incoming, dialogue: CaseDialogue | None, state: DialogueState, ctx: Context) -> Turn | None:
    """The full answer to the question whose code was typed, such as "3.2". `None` for other words, and while the
    conversation waits for a text.
    """
    if dialogue is None or dialogue.step or not access.can_open(ctx, dialogue.application_id):
        return None
    question_code = incoming.text.strip().casefold()
    if question_code not in open_view(ctx, dialogue.application_id).form.by_code:
        return None
    action = ReadAnswer(dialogue.application_id, question_code)
    return case_flow.show_refusal_of(state, ctx, dialogue.application_id, partial(_handle, action, state, ctx))


def _handle(action: ReadingAction, state: DialogueState, ctx: Context) -> Turn:
    view = open_view(ctx, action.application_id)
    match action:
        case ListSections():
            return _show_sections(state, view)
        case ReadSection(_, section_id):
            return _show_section(state, view, section_id)
        case MarkClear(_, section_id, round):
            return _mark_clear(state, view, section_id, round)
        case RemarkFinding(_, section_id, rule):
            return _remark_finding(state, view, section_id, rule)
        case ReadAnswer(_, question_code, page):
            return _show_answer(state, view, view.question(question_code), page)
        case OpenUpload(_, file_id):
            return _show_upload(state, view, file_id)


def _show(state: DialogueState, view: CaseView, prompt: Prompt) -> Turn:
    return turn(state.at(NAME, **to_json(CaseState(view.application_id))), prompt)


def _show_sections(state: DialogueState, view: CaseView) -> Turn:
    choices = [section_choice(view, section) for section in view.sections]
    back = Choice(code(OpenCase(view.application_id)), Text("Kembali"), nav=True)
    text = paragraphs(
        lines(*_progress(view)),
        Text("Blok mana yang ingin Anda baca? Anda juga dapat menulis nomor butirnya, misalnya 3.2."),
    )
    return _show(state, view, Prompt(text, (*choices, back)))


def _progress(view: CaseView) -> Iterator[Text]:
    """Which sections are clear, and which are not opened yet."""
    for reached, listed in (("clear", clear_sections), ("unread", unread_sections)):
        if found := [section for section in view.sections if view.progress[section.id] == reached]:
            yield listed(examination.codes_of(found))


def _section(view: CaseView, section_id: str) -> Section:
    section = next((section for section in view.sections if section.id == section_id), None)
    if section is None:
        raise ActionRefused(Text("Blok itu tidak ada di permohonan ini."))
    return section


def _mark_clear(state: DialogueState, view: CaseView, section_id: str, round: int) -> Turn:
    """Goes on to the next section; after the last one, to the application."""
    section = _section(view, section_id)
    examination.mark_clear(view.ctx, view.application, section.id, round)
    following = view.section_after(section.id)
    done = Text("✓ Blok %(code)s jelas.", code=section.code)
    if following is None:
        return case_flow.show_case(view.application_id, state, view.ctx, done)
    return with_notice(_show_section(state, view, following.id), done)


def _remark_finding(state: DialogueState, view: CaseView, section_id: str, rule: str) -> Turn:
    """The officer's words for the finding become a remark on the first answer that it is about here."""
    section = _section(view, section_id)
    finding = next((found for found in view.findings_in(section) if found.rule == rule), None)
    if finding is None or finding.officer is None:
        raise ActionRefused(Text("Temuan itu sudah tidak ada, atau sudah menjadi catatan."))
    question = next(q for q in section.questions if q.id in finding.questions and q.id in view.answers)
    row = remarks.add(view.ctx, view.application, question, source_words(finding.officer), rule=rule)
    saved = Text("✓ Catatan %(number)s untuk %(code)s tersimpan.", number=row.number, code=question.code)
    return with_notice(_show_section(state, open_view(view.ctx, view.application_id), section.id), saved)


def _show_section(state: DialogueState, view: CaseView, section_id: str) -> Turn:
    """Its answers in brief, with earlier answers, remarks and what the examiner's rules found."""
    section = _section(view, section_id)
    examination.open_section(view.ctx, view.application, section.id)
    questions = [question for question in section.questions if question.id in view.answers]
    found = view.findings_about(*(question.id for question in questions))
    text = paragraphs(
        Text("Blok %(code)s · %(title)s", code=section.code, title=section.title),
        *(_summary(view, question) for question in questions),
        lines(Text("Pemeriksaan otomatis:"), *(Text("• %(what)s", what=text) for text in found)) if found else None,
    )
    file_numbers = itertools.count(1)
    choices = [choice for question in questions for choice in _question_choices(view, question, file_numbers)]
    navigation = (
        Choice(code(ListSections(view.application_id)), Text("Daftar blok"), nav=True),
        Choice(code(OpenCase(view.application_id, section.id)), Text("Kembali"), nav=True),
    )
    return _show(state, view, Prompt(text, (*_next_choices(view, section), *choices, *navigation)))


def _next_choices(view: CaseView, section: Section) -> list[Choice]:
    """The next section, the findings as remarks, and the result of the examination where it can be decided now."""
    following = view.section_after(section.id)
    choices = []
    if view.can_remark:
        clear = MarkClear(view.application_id, section.id, view.application.round)
        choices.append(Choice(code(clear), Text("Blok %(code)s jelas", code=section.code)))
    choices += [section_choice(view, following)] if following else []
    if view.can_remark:
        choices += [_finding_choice(view, section, finding) for finding in view.findings_in(section)]
    if view.can_remark and not view.unclosed_remarks and not view.unread:
        choices.append(Choice(code(VerdictStep("fine", view.application_id)), Text("Semua baik")))
    elif view.can_remark and following is None:
        choices.append(Choice(code(CaseStep("revision", view.application_id)), Text("Minta perbaikan")))
    return choices


def _finding_choice(view: CaseView, section: Section, finding: Finding) -> Choice:
    action = RemarkFinding(view.application_id, section.id, finding.rule)
    return Choice(code(action), Text("Catat %(rule)s", rule=finding.rule), listed=True)


def _summary(view: CaseView, question: Question) -> Text:
    """The answer in brief; below it the answer before the revision, if it has changed, and the remarks."""
    now = view.answers[question.id]
    if question.id not in view.previous_answers:
        changed: Text | None = Text("Sebelumnya tidak ditanyakan.")
    else:
        was = view.previous_answers[question.id]
        changed = Text("Sebelumnya: %(answer)s", answer=brief(question, was)) if was != now else None
    about = (
        Text("Catatan %(number)s: %(text)s", number=remark.number, text=excerpt(remark.text, EXCERPT_LENGTH))
        for remark in view.unclosed_remarks
        if remark.question == question.id
    )
    return lines(label(question), brief(question, now), changed, *about, *view.inquiries_about(question))


def _question_choices(view: CaseView, question: Question, file_numbers: Iterator[int]) -> list[Choice]:
    """Buttons of one question on the screen of its section. `file_numbers` counts the files of the section."""
    choices = _upload_choices(view, question, file_numbers)
    answer = view.answers[question.id]
    if view.can_remark:
        choices.append(_remark_choice(view, question))
    elif brief(question, answer) != full_answer(question, answer):
        read_whole = ReadAnswer(view.application_id, question.code)
        choices.append(Choice(code(read_whole), Text("Baca %(code)s", code=question.code)))
    return choices


def _upload_choices(view: CaseView, question: Question, file_numbers: Iterator[int]) -> list[Choice]:
    choices = []
    for upload, n in zip(view.uploads(question), file_numbers, strict=False):
        name = cut(upload.name, LONGEST_LABEL - len("Buka berkas 10: "))
        full = Text("Buka berkas %(number)s: %(name)s", number=n, name=name)
        action = OpenUpload(view.application_id, upload.file_id)
        choices.append(Choice(code(action), full, Text("Buka berkas %(number)s", number=n)))
    return choices


def _remark_choice(view: CaseView, question: Question) -> Choice:
    action = WriteRemark(view.application_id, question.code)
    return Choice(code(action), Text("Catat %(code)s", code=question.code), listed=True)


def ask_choice(view: CaseView, question: Question) -> Choice:
    """Asks the applicant about this answer, without a remark."""
    action = AskApplicant(view.application_id, question.code)
    return Choice(code(action), Text("Tanya %(code)s", code=question.code))


def _show_answer(state: DialogueState, view: CaseView, question: Question, page: int) -> Turn:
    """One answer in full; of a long table, one page."""
    cases.record_answers_read(view.ctx, view.application, question.id)
    text, more = _page_of_answer(question, view.answers[question.id], page)
    choices = _upload_choices(view, question, itertools.count(1))
    if more:
        next_page = ReadAnswer(view.application_id, question.code, page + 1)
        choices.append(Choice(code(next_page), Text("Baris berikutnya")))
    if view.can_remark:
        choices += [_remark_choice(view, question), ask_choice(view, question)]
    choices.append(back_to_section(view, question))
    found = view.findings_about(question.id)
    said = lines(*view.inquiries_about(question))
    return _show(state, view, Prompt(paragraphs(label(question), text, *found, said), tuple(choices)))


def _page_of_answer(question: Question, answer: Json, page: int) -> tuple[Text, bool]:
    """The answer, or one page of its rows; and whether more rows follow."""
    if question.kind != "rows" or not isinstance(answer, list) or len(answer) <= ROWS_PER_PAGE:
        return full_answer(question, answer), False
    first = min(page, (len(answer) - 1) // ROWS_PER_PAGE) * ROWS_PER_PAGE
    last = min(first + ROWS_PER_PAGE, len(answer))
    shown = Text("Baris %(first)s–%(last)s dari %(count)s", first=first + 1, last=last, count=len(answer))
    return lines(shown, full_answer(question, answer[first:last])), last < len(answer)


def back_to_section(view: CaseView, question: Question) -> Choice:
    section = view.form.section_of[question.id]
    return Choice(
        code(ReadSection(view.application_id, section.id)), Text("Blok %(code)s", code=section.code), nav=True
    )


def _show_upload(state: DialogueState, view: CaseView, file_id: int) -> Turn:
    file = cases.open_file(view.ctx, view.application, str(file_id))
    question = next(q for q in view.form.questions.values() if _holds(view, q, file_id))
    text = Text("%(label)s, permohonan %(number)s", label=label(question), number=view.application.number)
    prompt = Prompt(text, (back_to_section(view, question),), Attachment(file.id, file.name))
    return _show(state, view, prompt)


def _holds(view: CaseView, question: Question, file_id: int) -> bool:
    return any(upload.file_id == file_id for upload in view.uploads(question))
