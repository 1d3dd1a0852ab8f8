"""An officer asks the applicant something without returning the form, and reads the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import partial
from typing import Literal

from bot.actions import Action, code
from bot.actions.examination import AskApplicant, InquiryAction, InquiryStep, ListInquiries
from bot.actions.officer import OpenCase
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.form.prompts import label
from bot.conversations.officer import case_flow, case_screen, examine, inbox
from bot.conversations.officer.case_flow import ask_for_text, case_text
from bot.conversations.officer.case_view import CaseView, open_view
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.text_input import TextInput
from bot.service import access, cases, inquiries
from bot.service.context import Context
from domain.form.answers import brief
from domain.form.definition import Question
from domain.frozen import frozen
from domain.text import Text, paragraphs

NAME = "inquiry"


@frozen
class InquiryState:
    """`step`: "ask" waits for a question about `question_code`, or about the whole application; "record" for what the
    applicant answered by telephone.
    """

    application_id: int = field(metadata=stored_as("application"))
    step: Literal["", "ask", "record"] = ""
    question_code: str = field(default="", metadata=stored_as("question"))
    inquiry_id: int = field(default=0, metadata=stored_as("inquiry"))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, InquiryAction):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    return case_flow.show_refusal_of(state, ctx, action.application_id, partial(_handle, action, state, ctx))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """The code of a question such as "3.2", else words to look up."""
    answer = examine.find_answer(incoming, read(InquiryState, state.data), state, ctx)
    return answer or inbox.look_up(state, ctx, incoming.text)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The question, or an answer that the officer heard."""
    return case_flow.awaited_text(TEXTS, read(InquiryState, state.data))


def go_back(state: DialogueState, ctx: Context) -> Turn:
    opened = read(InquiryState, state.data)
    return case_flow.show_case(opened.application_id if opened is not None else None, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return case_flow.reprompt(read(InquiryState, state.data), state, ctx, notice)


def _handle(action: InquiryAction, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case AskApplicant(application_id, question_code):
            dialogue = InquiryState(application_id, "ask", question_code)
            return case_flow.open_text(TEXTS, NAME, dialogue, state, ctx)
        case ListInquiries(application_id):
            return _list(state, open_view(ctx, application_id))
        case InquiryStep("record", application_id, inquiry_id):
            dialogue = InquiryState(application_id, "record", inquiry_id=inquiry_id)
            return case_flow.open_text(TEXTS, NAME, dialogue, state, ctx)
        case InquiryStep(_, application_id, inquiry_id):
            view = open_view(ctx, application_id)
            inquiries.withdraw(ctx, view.application, inquiry_id)
            return _list(state, view, Text("✓ Pertanyaan ditarik."))


def _list(state: DialogueState, view: CaseView, notice: Text | None = None) -> Turn:
    """Every question with its answer."""
    asked = inquiries.list_of(view.ctx, view.application)
    cases.record_answers_read(view.ctx, view.application, *(row.question for row in asked if row.question))
    may_ask = access.can(view.ctx, view.application, "inquire") and view.can_remark
    choices = [Choice(code(AskApplicant(view.application_id)), Text("Tanya pemohon"))] if may_ask else []
    for number, row in enumerate(asked, start=1):
        if row.state == "open" and may_ask:
            record = InquiryStep("record", view.application_id, row.id)
            withdraw = InquiryStep("withdraw", view.application_id, row.id)
            choices.append(Choice(code(record), Text("Catat jawaban %(number)s", number=number)))
            choices.append(Choice(code(withdraw), Text("Tarik pertanyaan %(number)s", number=number)))
    numbered = (
        Text("%(number)s. %(text)s", number=number, text=inquiries.answered_text(view.ctx, row))
        for number, row in enumerate(asked, start=1)
    )
    heading = Text("Pertanyaan kepada pemohon %(number)s:", number=view.application.number)
    text = paragraphs(notice, heading, *numbered) if asked else paragraphs(notice, Text("Belum ada pertanyaan."))
    back = Choice(code(OpenCase(view.application_id)), Text("Kembali"), nav=True)
    return turn(state.at(NAME, **to_json(InquiryState(view.application_id))), Prompt(text, (*choices, back)))


def _question(view: CaseView, question_code: str) -> Question | None:
    return view.question(question_code) if question_code else None


def _ask_question(state: DialogueState, ctx: Context, dialogue: InquiryState) -> Turn:
    view = open_view(ctx, dialogue.application_id)
    question = _question(view, dialogue.question_code)
    inquiries.check(ctx, view.application, question)
    if question is not None:
        cases.record_answers_read(ctx, view.application, question.id)
    text = paragraphs(
        label(question) if question else None,
        brief(question, view.answers[question.id]) if question else None,
        Text("Tulis pertanyaan Anda kepada pemohon. Formulir tidak dikembalikan, dan janji hasil tetap berlaku."),
    )
    return ask_for_text(state, NAME, dialogue, text)


def _send_question(state: DialogueState, ctx: Context, dialogue: InquiryState, words: str) -> Turn:
    view = open_view(ctx, dialogue.application_id)
    inquiries.ask(ctx, view.application, _question(view, dialogue.question_code), words)
    return case_screen.show(state, ctx, dialogue.application_id, Text("✓ Pertanyaan dikirim kepada pemohon."))


def _ask_answer(state: DialogueState, ctx: Context, dialogue: InquiryState) -> Turn:
    application = cases.open_case(ctx, dialogue.application_id)
    row = inquiries.get_open(ctx, application, dialogue.inquiry_id)
    text = paragraphs(
        inquiries.asked_text(ctx, row), Text("Apa jawaban pemohon, misalnya melalui telepon? Tulis di sini.")
    )
    return ask_for_text(state, NAME, dialogue, text)


def _record_answer(state: DialogueState, ctx: Context, dialogue: InquiryState, words: str) -> Turn:
    view = open_view(ctx, dialogue.application_id)
    inquiries.record_answer(ctx, view.application, dialogue.inquiry_id, words)
    return _list(state, view, Text("✓ Jawaban pemohon tercatat."))


TEXTS: Mapping[str, TextInput] = {
    "ask": case_text(InquiryState, Text("Pertanyaan Anda kepada pemohon:"), _ask_question, _send_question, "send"),
    "record": case_text(InquiryState, Text("Jawaban pemohon:"), _ask_answer, _record_answer),
}
