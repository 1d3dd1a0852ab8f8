"""Records answers in the draft and goes on to what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.chat import Turn, with_choice
from bot.conversations.form import line_answers, told_findings
from bot.conversations.form.ask import ask, ask_reply
from bot.conversations.form.copied import ask_next
from bot.conversations.form.held import may_be_left_out
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.kind import (
    Answered,
    AnsweredTogether,
    AskAgain,
    Collected,
    Decision,
    GoOn,
    Perform,
)
from bot.conversations.form.known import KnownAnswer, answers_of
from bot.conversations.form.review import show_check, show_review
from bot.conversations.form.session import CHECK, REPLY, FormSession
from bot.conversations.form.similar import first_look, show_choice
from bot.service import applications, drafts
from domain.form import answers
from domain.form.definition import Question, Value
from domain.form.reading import Unreadable, is_left_out
from domain.form.texts import read_reply
from domain.text import Text, lines, paragraphs


def take_words(session: FormSession, question: Question, text: str) -> Turn:
    """A typed answer to the open question."""
    if session.asked_part == REPLY and session.remark(question):
        return _take_reply(session, question, text)
    if is_left_out(text) and may_be_left_out(session, question, text):
        return skip(session, question)
    decision = line_answers.take(session, question, text)
    if isinstance(decision, AskAgain) and question.required and is_left_out(text) and not session.asked_part:
        return skip(session, question)
    return carry_out(session, question, decision)


def take_first(session: FormSession, words: str) -> Turn:
    """Takes words for the first open question that were sent before it was asked: an earlier screen invited to it."""
    question = session.next()
    if question is None:
        return go_on(session)
    session.open(question)
    return take_words(session, question, words)


def carry_out(session: FormSession, question: Question, decision: Decision) -> Turn:
    """Does what the kind of the question decided."""
    match decision:
        case Turn():
            return decision
        case Perform(act):
            return carry_out(session, question, act())
        case AskAgain(notice):
            return ask(session, question, notice)
        case Collected(partial, notice, next_part):
            drafts.save_partial(session.ctx, session.draft, question, partial)
            if next_part:
                session.open(question, next_part)
            return ask(session, question, notice)
        case Answered(value):
            return record_answer(session, question, value)
        case AnsweredTogether(values, echo):
            return _record_together(session, values, echo)
        case GoOn(notice, is_new):
            mark_continued(session, question if is_new else None)
            shown = go_on(session, notice)
            return offer_more(session, question, shown) if is_new else shown


def record_answer(session: FormSession, question: Question, value: Value, echo: Text | None = None) -> Turn:
    """Stores the answer and goes on.

    Checks the value once more: an answer that was put together with buttons may be older than the form. In a revision,
    asks for a reply to the remark if the answer did not change.
    """
    if not answers.still_reads(question, value):
        return ask(session, question, Text("Isian %(code)s belum sesuai. Silakan perbaiki dahulu.", code=question.code))
    if session.remark(question) and not session.answered(question) and value == session.value(question):
        return ask_reply(session, question)
    before = session.draft.answers
    drafts.record(session.ctx, session.draft, question, value)
    mark_continued(session, question if value is not None else None)
    shown = _tell(session, (question,), before, echo or kind_of(question).echo(question, value))
    return offer_more(session, question, shown) if value is not None else shown


def _record_together(session: FormSession, values: Mapping[str, Value], echo: Text) -> Turn:
    before = session.draft.answers
    drafts.record_all(session.ctx, session.draft, values)
    return _tell(session, tuple(one for one in session.path if one.id in values), before, echo)


def _tell(session: FormSession, answered: Sequence[Question], before: Mapping[str, Value], echo: Text) -> Turn:
    """Goes on, after what the examiner will probably ask about these answers."""
    found = [(question, told_findings.find_new(session, question, before)) for question in answered]
    findings = {finding.rule: finding for _, of_one in found for finding in of_one}
    if not findings:
        return go_on(session, echo)
    shown = go_on(session, paragraphs(echo, told_findings.sentence(tuple(findings.values()))))
    about = next(question for question, of_one in found if of_one)
    return told_findings.with_choices(session, about, shown)


def keep_answer(session: FormSession, question: Question) -> Turn | None:
    """Leaves the stored answer as it is; `None` if there is none. A flagged answer may stay only with a reply."""
    if session.answered(question):
        drafts.confirm(session.ctx, session.draft, [question.id])
        return go_on(session)
    if session.remark(question):
        return ask_reply(session, question)
    if session.draft.state != "revising" or question.id not in session.draft.answers:
        return None
    session.forget_message()
    return record_answer(session, question, session.value(question))


def leave_findings(session: FormSession, question: Question) -> Turn:
    """Remembers that the answer stays as it is, and those that were given in one message with it."""
    together = session.form.together_with.get(question.id, (question.id,))
    applications.leave_findings(session.ctx, session.form, session.draft, together)
    return go_on(session)


def mark_continued(session: FormSession, question: Question | None) -> None:
    """Remembers that more of the answer may come before our reply is seen, where its kind allows it."""
    if question is not None and kind_of(question).continue_choice is not None:
        session.state = replace(session.state, continued=question.id)


def offer_more(session: FormSession, question: Question, shown: Turn) -> Turn:
    """Adds the button that adds to a recorded answer, where its kind has one. After files another file is fetched."""
    choice = kind_of(question).continue_choice
    if choice is None:
        return shown
    offering = with_choice(shown, choice(session, question))
    *before, last = offering.prompts
    takes_file = last.takes_file or answers.is_upload(question)
    return replace(offering, prompts=(*before, replace(last, takes_file=takes_file)))


def skip(session: FormSession, question: Question) -> Turn:
    if question.required:
        rule = Text("Butir %(code)s wajib diisi, jadi tidak dapat dilewati.", code=question.code)
        return ask(session, question, rule)
    return record_answer(session, question, None, Text("%(code)s dilewati.", code=question.code))


def skip_rest(session: FormSession, question: Question) -> Turn:
    rest = session.skippable_rest
    if not rest:
        return ask(session, question, Text("Masih ada butir yang wajib diisi."))
    drafts.record_all(session.ctx, session.draft, dict.fromkeys((other.id for other in rest), None))
    return go_on(session, Text("%(code)s dilewati.", code=", ".join(other.code for other in rest)))


def use_known(session: FormSession, question: Question, known: KnownAnswer) -> Turn:
    """Records what is known. The person's own data answer several questions, unless they change none of them."""
    values = answers_of(session, question, known)
    if len(values) == 1:
        session.forget_message()
        return record_answer(session, question, known.value)
    drafts.record_all(session.ctx, session.draft, values)
    told = (other for other in session.path if other.id in values)
    return go_on(session, lines(*(kind_of(other).echo(other, values[other.id]) for other in told)))


def go_on(session: FormSession, notice: Text | None = None) -> Turn:
    """Asks the next question without an answer. Where there is none, shows the screen that the change began on, else
    ends the form. The check screen comes back also after questions that the change opened.
    """
    following, review = session.next(), session.state.review
    if following is not None:
        session.state = replace(session.state, review=CHECK if review == CHECK else "")
        look = first_look(session)
        shown = ask_next(session, following, paragraphs(notice, look) if look else notice)
        return with_choice(shown, show_choice(session)) if look else shown
    is_short_form = len(session.form.sections) == 1
    return show_review(session, notice) if review or is_short_form else show_check(session, notice)


def _take_reply(session: FormSession, question: Question, text: str) -> Turn:
    try:
        reply = read_reply(text)
    except Unreadable as error:
        return ask_reply(session, question, error.text)
    drafts.keep_with_reply(session.ctx, session.draft, question, reply)
    return go_on(session, Text("✓ %(code)s tetap, dengan jawaban Anda.", code=question.code))
