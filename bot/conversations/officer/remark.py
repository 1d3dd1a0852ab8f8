"""Remarks on single answers: writing them, comparing them with what the applicant changed, closing them one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import partial

from bot.actions import Action, code
from bot.actions.examination import CloseAllRemarks, WeighRemark
from bot.actions.officer import (
    AnswerRemark,
    CaseStep,
    CloseRemark,
    ListRemarks,
    OpenCase,
    PickRemark,
    ReadAnswer,
    RemarkAction,
    StartRemark,
    WriteRemark,
)
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn, with_notice
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.form.prompts import label
from bot.conversations.officer import case_flow, case_screen, examine, inbox
from bot.conversations.officer.case_flow import ask_for_text, case_text
from bot.conversations.officer.case_screen import CaseState
from bot.conversations.officer.case_view import CaseView, next_section_choice, open_view, section_choice
from bot.conversations.officer.ready_made import ready_made_choices
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.text_input import TextInput
from bot.service import cases, remarks
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.answers import ask_hint, brief
from domain.form.answers import show as full_answer
from domain.form.definition import Question
from domain.form.reading import Unreadable
from domain.frozen import frozen
from domain.remarks import Severity, ready_made
from domain.text import Json, Text, lines, paragraphs, verbatim
from storage.tables import Remark

NAME = "remark"
#: how many remarks one screen shows, each with the answer before and after
REMARKS_PER_PAGE = 3


@frozen
class RemarkState:
    """`step`: "which" waits for the code of a question, "remark" for a remark on `question_code`, "again" for more
    words of a remark, "propose" for a value to propose with it.
    """

    application_id: int = field(metadata=stored_as("application"))
    step: str = ""
    question_code: str = field(default="", metadata=stored_as("question"))
    remark_id: int = field(default=0, metadata=stored_as("remark"))
    round: int = 0  #: of the application when the answer to the remark was shown


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, RemarkAction):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    return case_flow.show_refusal_of(state, ctx, action.application_id, partial(_handle, action, state, ctx))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    dialogue = read(RemarkState, state.data)
    if dialogue is not None and dialogue.step == "which":
        record = partial(_record_question, state, ctx, dialogue, incoming.text.strip())
        return case_flow.show_refusal_of(state, ctx, dialogue.application_id, record)
    answer = examine.find_answer(incoming, dialogue, state, ctx)
    return answer or inbox.look_up(state, ctx, incoming.text)


def awaited_text(state: DialogueState) -> TextInput | None:
    """A remark."""
    return case_flow.awaited_text(TEXTS, read(RemarkState, state.data))


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(RemarkState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    dialogue = read(RemarkState, state.data)
    if dialogue is None or dialogue.step != "which":
        return case_flow.reprompt(dialogue, state, ctx, notice)
    application_id = dialogue.application_id
    asked = case_flow.show_refusal_of(
        state, ctx, application_id, lambda: _ask_question(state, open_view(ctx, application_id))
    )
    return with_notice(asked, notice)


def _handle(action: RemarkAction, state: DialogueState, ctx: Context) -> Turn:
    view = open_view(ctx, action.application_id)
    match action:
        case StartRemark():
            return _ask_question(state, view)
        case WriteRemark(_, question_code):
            return _write_remark(state, view, question_code)
        case PickRemark():
            return _pick_remark(state, view, action)
        case ListRemarks(_, page):
            return _list_remarks(state, view, page)
        case CloseRemark(_, remark_id, round):
            return _close_remark(state, view, remark_id, round)
        case CloseAllRemarks(_, last_id, round):
            return _close_all(state, view, last_id, round)
        case AnswerRemark(act, application_id, remark_id, round):
            dialogue = RemarkState(application_id, act, remark_id=remark_id, round=round)
            return case_flow.open_text(TEXTS, NAME, dialogue, state, ctx)
        case WeighRemark(_, remark_id, severity):
            return _weigh_remark(state, view, remark_id, severity)


def _ask_question(state: DialogueState, view: CaseView) -> Turn:
    """Which answer the remark is about: its code is typed, or it is found in its section."""
    remarks.check_under_review(view.ctx, view.application)
    choices = [section_choice(view, section) for section in view.sections]
    text = Text("Catatan untuk butir mana? Tulis nomornya, misalnya 3.2, atau buka bloknya.")
    return ask_for_text(state, NAME, RemarkState(view.application_id, "which"), text, *choices)


def _record_question(state: DialogueState, ctx: Context, dialogue: RemarkState, words: str) -> Turn:
    view = open_view(ctx, dialogue.application_id)
    if words.casefold() not in view.form.by_code:
        return reprompt(state, ctx, Text("Nomor butir itu tidak ada di formulir."))
    return _write_remark(state, view, words)


def _write_remark(state: DialogueState, view: CaseView, question_code: str) -> Turn:
    dialogue = RemarkState(view.application_id, "remark", view.question(question_code).code)
    return case_flow.open_text(TEXTS, NAME, dialogue, state, view.ctx)


def _ask_remark(state: DialogueState, ctx: Context, dialogue: RemarkState) -> Turn:
    """Shows the answer, and the ready-made remarks about it."""
    view = open_view(ctx, dialogue.application_id)
    question = view.question(dialogue.question_code)
    remarks.check_question(view.ctx, view.application, question)
    cases.record_answers_read(view.ctx, view.application, question.id)
    answer = view.answers[question.id]
    is_long_table = question.kind == "rows" and isinstance(answer, list) and len(answer) > examine.ROWS_PER_PAGE
    pick = partial(PickRemark, view.application_id, question.code)
    offered = ready_made().get(question.id, ())
    numbered, choices = ready_made_choices([ready.text for ready in offered], pick)
    text = paragraphs(
        label(question),
        brief(question, answer) if is_long_table else full_answer(question, answer),
        *view.findings_about(question.id),
        Text("Tulis catatan Anda, atau pilih salah satu.") if choices else Text("Tulis catatan Anda."),
        numbered,
        lines(*(Text("Fatal: %(text)s", text=ready.text) for ready in offered if ready.severity == "fatal")),
    )
    choices.append(examine.ask_choice(view, question))
    if is_long_table:
        choices.append(Choice(code(ReadAnswer(view.application_id, question.code)), Text("Baca semua baris")))
    return ask_for_text(state, NAME, dialogue, text, *choices)


def _record_remark(state: DialogueState, ctx: Context, dialogue: RemarkState, words: str) -> Turn:
    view = open_view(ctx, dialogue.application_id)
    return _add_remark(state, view, view.question(dialogue.question_code), words)


def _pick_remark(state: DialogueState, view: CaseView, picked: PickRemark) -> Turn:
    """Adds a ready-made remark. Asks first while the person writes one on the same question."""
    question = view.question(picked.question_code)
    offered = ready_made().get(question.id, ())
    if not 0 < picked.choice <= len(offered):
        raise ActionRefused(Text("Catatan siap pakai itu tidak ada."))
    ready = offered[picked.choice - 1]
    dialogue = RemarkState(view.application_id, "remark", question.code)
    asked = case_flow.ask_before_replacing(state, NAME, dialogue, verbatim(ready.text), picked)
    dropped = case_flow.drop_text(state, NAME, dialogue)
    return asked or _add_remark(dropped, view, question, ready.text, ready.severity)


def _add_remark(
    state: DialogueState, view: CaseView, question: Question, words: str, severity: Severity = "mendable"
) -> Turn:
    """Saves the remark and offers to read on, so the conversation returns to reading."""
    row = remarks.add(view.ctx, view.application, question, words, severity=severity)
    application_id = view.application_id
    choices = (
        next_section_choice(view, view.form.section_of[question.id].id),
        Choice(code(StartRemark(application_id)), Text("Tulis catatan lain")),
        *_propose_choice(view, row),
        _weigh_choice(view, row),
        Choice(code(CaseStep("revision", application_id)), Text("Minta perbaikan")),
        examine.back_to_section(view, question),
        Choice(code(OpenCase(application_id)), Text("Kembali"), nav=True),
    )
    saved = Text("✓ Catatan %(number)s untuk %(code)s tersimpan.", number=row.number, code=question.code)
    prompt = Prompt(saved, choices)
    return turn(state.at(examine.NAME, **to_json(CaseState(application_id))), prompt)


def _list_remarks(state: DialogueState, view: CaseView, page: int, notice: Text | None = None) -> Turn:
    """One page of the open remarks, each with the answer before and after."""
    remarks.check_under_review(view.ctx, view.application)
    unclosed = view.unclosed_remarks
    if not unclosed:
        return _show_case(state, view, notice or Text("Tidak ada catatan yang terbuka."))
    first = min(page, (len(unclosed) - 1) // REMARKS_PER_PAGE) * REMARKS_PER_PAGE
    shown = unclosed[first : first + REMARKS_PER_PAGE]
    cases.record_answers_read(view.ctx, view.application, *(remark.question for remark in shown))
    choices = [_close_choice(view, remark) for remark in shown]
    if len(unclosed) > 1:
        closes = CloseAllRemarks(view.application_id, unclosed[-1].id, view.application.round)
        choices.append(Choice(code(closes), Text("Tutup semua (%(count)s)", count=len(unclosed))))
    choices += [choice for remark in shown for choice in _follow_choices(view, remark)]
    choices += [_weigh_choice(view, remark) for remark in shown]
    if first + REMARKS_PER_PAGE < len(unclosed):
        next_page = ListRemarks(view.application_id, first // REMARKS_PER_PAGE + 1)
        choices.append(Choice(code(next_page), Text("Berikutnya")))
    back = Choice(code(OpenCase(view.application_id)), Text("Kembali"), nav=True)
    heading = Text("Catatan terbuka: %(count)s", count=len(unclosed))
    text = paragraphs(notice, heading, *(_comparison(view, remark) for remark in shown))
    return turn(state.at(NAME, **to_json(RemarkState(view.application_id))), Prompt(text, (*choices, back)))


def _close_choice(view: CaseView, remark: Remark) -> Choice:
    action = CloseRemark(view.application_id, remark.id, view.application.round)
    if remark.state == "answered":
        full = Text("Terima jawaban %(number)s (%(code)s)", number=remark.number, code=view.code_of(remark))
        return Choice(code(action), full, Text("Terima %(number)s", number=remark.number))
    full = Text("Tutup catatan %(number)s (%(code)s)", number=remark.number, code=view.code_of(remark))
    return Choice(code(action), full, Text("Tutup catatan %(number)s", number=remark.number))


def _follow_choices(view: CaseView, remark: Remark) -> tuple[Choice, ...]:
    """What can be done with an answer that is not accepted."""
    again = AnswerRemark("again", view.application_id, remark.id, view.application.round)
    asks = Choice(code(again), Text("Tanya lagi %(number)s", number=remark.number), listed=True)
    return (*((asks,) if remark.state == "answered" else ()), *_propose_choice(view, remark))


def _propose_choice(view: CaseView, remark: Remark) -> tuple[Choice, ...]:
    if view.form.questions[remark.question].kind not in remarks.PROPOSABLE:
        return ()
    action = AnswerRemark("propose", view.application_id, remark.id, view.application.round)
    return (Choice(code(action), Text("Usulkan isian %(number)s", number=remark.number), listed=True),)


def _ask_more(state: DialogueState, ctx: Context, dialogue: RemarkState) -> Turn:
    """Shows the remark and its answer, about which more words or a value are asked for."""
    view = open_view(ctx, dialogue.application_id)
    row = remarks.check_unclosed(ctx, view.application, dialogue.remark_id, dialogue.round)
    cases.record_answers_read(ctx, view.application, row.question)
    wanted = Text("Apa yang masih perlu dijelaskan? Tulisan ini ditambahkan pada catatannya.")
    if dialogue.step == "propose":
        remarks.check_proposable(ctx, view.application, dialogue.remark_id, dialogue.round)
        hint = ask_hint(view.form.questions[row.question])
        wanted = paragraphs(Text("Tulis isian yang Anda usulkan. Pemohon dapat memakainya dengan satu ketukan."), hint)
    return ask_for_text(state, NAME, dialogue, paragraphs(_comparison(view, row), wanted))


def _record_more(state: DialogueState, ctx: Context, dialogue: RemarkState, words: str) -> Turn:
    view = open_view(ctx, dialogue.application_id)
    row = remarks.ask_again(ctx, view.application, dialogue.remark_id, dialogue.round, words)
    done = Text("✓ Catatan %(number)s ditambah. Kirim dengan Minta perbaikan.", number=row.number)
    return _list_remarks(state, view, 0, done)


def _record_proposal(state: DialogueState, ctx: Context, dialogue: RemarkState, words: str) -> Turn:
    """Asks again for words that do not answer the question."""
    view = open_view(ctx, dialogue.application_id)
    try:
        row = remarks.propose(ctx, view.application, dialogue.remark_id, dialogue.round, words)
    except Unreadable as unreadable:
        return with_notice(_ask_more(state, ctx, dialogue), unreadable.text)
    done = Text("✓ Usulan untuk catatan %(number)s tersimpan. Kirim dengan Minta perbaikan.", number=row.number)
    return _list_remarks(state, view, 0, done)


def _weigh_choice(view: CaseView, remark: Remark) -> Choice:
    """What the remark is not: fatal, or mendable."""
    if remark.severity == "fatal":
        mendable = WeighRemark(view.application_id, remark.id, "mendable")
        full = Text("Catatan %(number)s dapat diperbaiki", number=remark.number)
        return Choice(code(mendable), full, Text("%(number)s: tidak fatal", number=remark.number), listed=True)
    fatal = WeighRemark(view.application_id, remark.id, "fatal")
    return Choice(code(fatal), Text("Catatan %(number)s fatal", number=remark.number), listed=True)


def _comparison(view: CaseView, remark: Remark) -> Text:
    """The remark, the answer that it was about, the answer now, and the applicant's reply."""
    question = view.form.questions[remark.question]
    was = view.answers_of(remark.round).get(question.id)
    now = view.answers.get(question.id)
    return lines(
        label(question),
        case_screen.whole_remark(remark),
        remarks.proposed(question, remark),
        Text("Sebelumnya: %(answer)s", answer=brief(question, was)) if was != now else None,
        _answer_now(view, question, was),
        Text("Jawaban pemohon: %(reply)s", reply=remark.reply) if remark.reply else None,
    )


def _answer_now(view: CaseView, question: Question, was: Json) -> Text:
    if question.id not in view.answers:
        return Text("Sekarang: butir ini tidak ditanyakan lagi.")
    answer = brief(question, view.answers[question.id])
    if was == view.answers[question.id]:
        return Text("Isian: %(answer)s", answer=answer)
    return Text("Sekarang: %(answer)s", answer=answer)


def _close_remark(state: DialogueState, view: CaseView, remark_id: int, round: int) -> Turn:
    """Closes one remark, then shows those that are left."""
    if view.application.round != round:
        return _list_remarks(state, view, 0, cases.ROUND_CHANGED)
    question_code = view.code_of(remarks.close(view.ctx, view.application, remark_id, round))
    if view.unclosed_remarks:
        return _list_remarks(state, view, 0, Text("✓ Catatan %(code)s ditutup.", code=question_code))
    return _show_case(state, view, Text("✓ Semua catatan sudah ditutup."))


def _close_all(state: DialogueState, view: CaseView, last_id: int, round: int) -> Turn:
    """Those that were shown; later ones stay."""
    count = remarks.close_all(view.ctx, view.application, last_id, round)
    return _show_case(state, view, Text("✓ %(count)s catatan ditutup.", count=count))


def _weigh_remark(state: DialogueState, view: CaseView, remark_id: int, severity: Severity) -> Turn:
    row = remarks.set_severity(view.ctx, view.application, remark_id, severity)
    weighed = Text("✓ Catatan %(number)s fatal: pemohon tidak dapat memperbaikinya.", number=row.number)
    if severity == "mendable":
        weighed = Text("✓ Catatan %(number)s dapat diperbaiki pemohon.", number=row.number)
    return _list_remarks(state, view, 0, weighed)


def _show_case(state: DialogueState, view: CaseView, notice: Text) -> Turn:
    return case_screen.show(state, view.ctx, view.application_id, notice)


TEXTS: Mapping[str, TextInput] = {
    "remark": case_text(RemarkState, Text("Catatan Anda untuk pemohon:"), _ask_remark, _record_remark),
    "again": case_text(RemarkState, Text("Tambahan catatan Anda:"), _ask_more, _record_more),
    "propose": case_text(RemarkState, Text("Usulan Anda:"), _ask_more, _record_proposal),
}
