"""The form as pages: what a page shows of a draft, and what becomes of the answers that it sends.

The same readers and sentences as in the chat. What was stored when the page was made is known by its fingerprint: so an
input that nobody touched changes nothing, and an answer that was changed elsewhere meanwhile is never overwritten
unasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from bot.chat import IncomingFile, Turn
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.file import add_file
from bot.conversations.form.prompts import proposal_of
from bot.conversations.form.record import go_on
from bot.conversations.form.review import show_check
from bot.conversations.form.session import FormSession
from bot.conversations.state import to_json
from bot.service import applications, drafts
from domain.checks import advice, basis, blocking
from domain.form import answers
from domain.form.definition import Question, Section, Value
from domain.form.fields import Fields, fields_of, fingerprint, is_empty, read_fields
from domain.form.page import (
    AnswerOutcome,
    FormPageView,
    PageFinding,
    PostedAnswer,
    QuestionView,
    SectionProgress,
)
from domain.form.reading import Unreadable
from domain.form.texts import read_reply
from domain.text import Json, Text, joined

Outcomes = Mapping[str, AnswerOutcome]

_UNCHANGED = AnswerOutcome("unchanged")
_SAVED = AnswerOutcome("saved")
_EMPTY = AnswerOutcome("empty")


# Showing --------------------------------------------------------------------------------------------------------------


def show_overview(session: FormSession) -> FormPageView:
    """All sections, what is missing in them, and what the examiner's rules say once nothing is."""
    return _page(session, None, (), _findings(session) if session.next() is None else ())


def show_page(session: FormSession, section_id: str, outcomes: Outcomes | None = None) -> FormPageView | None:
    """One section; `None` where none of its questions applies. `outcomes`: by question, after answers were sent."""
    section = next((section for section in session.form.sections if section.id == section_id), None)
    if section is None or not any(question.section == section_id for question in session.path):
        return None
    applying = {question.id for question in session.path}
    sent = drafts.sent_answers(session.ctx, session.draft)
    views = tuple(
        _question(
            session, question, sent, (outcomes or {}).get(question.id, _UNCHANGED), applies=question.id in applying
        )
        for question in section.questions
        if question.id in applying or question.when
    )
    return _page(session, section, views, ())


def _page(
    session: FormSession, section: Section | None, views: tuple[QuestionView, ...], findings: tuple[PageFinding, ...]
) -> FormPageView:
    progress = (_progress(session, section) for section in session.form.sections)
    return FormPageView(
        draft_id=session.draft.id,
        locale=session.ctx.locale,
        title=session.form.title,
        sections=tuple(section for section in progress if section.count),
        section=section,
        questions=views,
        findings=findings,
        is_revision=session.draft.state == "revising",
    )


def _progress(session: FormSession, section: Section) -> SectionProgress:
    applying = [question for question in session.path if question.section == section.id]
    waiting = session.draft.unconfirmed
    missing = tuple(q for q in applying if not session.answered(q) or q.id in waiting)
    return SectionProgress(section, len(applying) - len(missing), len(applying), missing)


def _question(
    session: FormSession, question: Question, sent: Mapping[str, Value], outcome: AnswerOutcome, *, applies: bool
) -> QuestionView:
    shown, value = _shown(session, question), session.value(question)
    posted = outcome.posted
    has_answer = question.id in session.draft.answers
    uploads = value if answers.is_upload(question) and isinstance(value, list) else []
    return QuestionView(
        question=question,
        fields=posted.fields if posted else shown,
        seen=fingerprint(shown),
        applies=applies,
        is_answered=session.answered(question),
        is_locked=session.is_locked(question),
        answer=answers.brief(question, value) if has_answer else None,
        files=tuple(cast("list[Mapping[str, Json]]", uploads)),
        is_unconfirmed=question.id in session.draft.unconfirmed,
        sent=_sent_answer(session, question, sent),
        remark=session.remark(question),
        proposal=proposal_of(session, question),
        reply=posted.reply if posted else str(session.draft.replies.get(question.id, "")),
        findings=_findings_of_answer(session, question),
        outcome=outcome,
    )


def _sent_answer(session: FormSession, question: Question, sent: Mapping[str, Value]) -> Text | None:
    """What was sent, where the draft says something else by now."""
    before = sent.get(question.id)
    changed = before is not None and before != session.value(question)
    return answers.brief(question, before) if changed else None


def _findings_of_answer(session: FormSession, question: Question) -> tuple[Text, ...]:
    """As the chat tells them right after the answer; not in a revision, and not what its person leaves as it is."""
    draft = session.draft
    if draft.state != "open" or not session.answered(question):
        return ()
    found = applications.findings_of_answer(session.ctx, session.form, draft.answers, question.id)
    return tuple(one.text for one in found if one.text and not applications.is_left(draft, one, draft.answers))


def _shown(session: FormSession, question: Question) -> Fields:
    """The inputs for what is stored, with what is typed in the chat so far."""
    return fields_of(question, kind_of(question).so_far(session, question), session.ctx.reading)


def _findings(session: FormSession) -> tuple[PageFinding, ...]:
    given = session.draft.answers
    found = applications.findings(session.ctx, session.form, given)
    return tuple(
        PageFinding(
            finding.text or Text(""),
            tuple(question for id in finding.questions if (question := session.on_path(id)) is not None),
            finding.blocks,
            finding.rule,
            basis(finding, given),
            applications.is_left(session.draft, finding, given),
        )
        for finding in (*blocking(found), *advice(found))
    )


# Saving ---------------------------------------------------------------------------------------------------------------


def save_answers(
    session: FormSession, section_id: str, posted: Mapping[str, PostedAnswer], *, is_section: bool
) -> dict[str, AnswerOutcome]:
    """Stores the answers that a page sent. `is_section`: the person has finished the section, so an optional question
    without words is left out; else they have left one question.
    """
    outcomes: dict[str, AnswerOutcome] = {}
    section = next((section for section in session.form.sections if section.id == section_id), None)
    for question in section.questions if section else ():
        given = posted.get(question.id)
        if given is None or session.is_locked(question) or session.on_path(question.id) is None:
            continue
        if answers.is_upload(question):
            outcomes[question.id] = _leave_out(session, question) if is_section else _UNCHANGED
        else:
            outcomes[question.id] = _save(session, question, given, is_section=is_section)
    if is_section:
        outcomes |= _confirm_copied(session, outcomes)
    return outcomes


def leave_finding(session: FormSession, rule: str, mark: str) -> None:
    """Its person leaves the answers as they are."""
    applications.leave_finding(session.ctx, session.form, session.draft, rule, mark)


def _confirm_copied(session: FormSession, outcomes: Outcomes) -> Outcomes:
    """Who finishes a section has looked at its copied answers."""
    copied = [id for id, outcome in outcomes.items() if outcome.text is None and id in session.draft.unconfirmed]
    drafts.confirm(session.ctx, session.draft, copied)
    return dict.fromkeys(copied, _SAVED)


def _save(session: FormSession, question: Question, given: PostedAnswer, *, is_section: bool) -> AnswerOutcome:
    stored, mine = fingerprint(_shown(session, question)), fingerprint(given.fields)
    if given.keep == "stored" or mine == given.seen != stored:
        return _UNCHANGED
    if mine == stored or _reads_as_stored(session, question, given):
        return _save_untouched(session, question, given, is_section=is_section)
    if given.seen != stored or (given.in_conflict and given.keep != "mine"):
        return AnswerOutcome("conflict", _stored_answer(session, question), given)
    return _record(session, question, given)


def _leave_out(session: FormSession, question: Question) -> AnswerOutcome:
    """A finished section has no file here."""
    if question.required or session.answered(question) or session.value(question):
        return _UNCHANGED
    drafts.record(session.ctx, session.draft, question, None)
    return _SAVED


def file_question(session: FormSession, question_id: str) -> Question | None:
    """The question, if it applies and takes files."""
    question = session.on_path(question_id)
    return question if question is not None and answers.is_upload(question) else None


def save_file(session: FormSession, question: Question, file: IncomingFile) -> dict[str, AnswerOutcome]:
    problem = add_file(session, question, file)
    return {question.id: _SAVED if problem is None else AnswerOutcome("wrong", problem)}


def _reads_as_stored(session: FormSession, question: Question, given: PostedAnswer) -> bool:
    """Whether other words say what is stored already, as after a form was sent twice."""
    if session.partial(question) is not None or not session.answered(question):
        return False
    try:
        return read_fields(question, given.fields, session.ctx.reading) == session.value(question)
    except Unreadable:
        return False


def _save_untouched(
    session: FormSession, question: Question, given: PostedAnswer, *, is_section: bool
) -> AnswerOutcome:
    """What the page shows is what is stored, or what was typed in the chat and not finished there."""
    if session.partial(question) is not None:
        return _record(session, question, given)
    if session.remark(question) and not session.answered(question):
        return _reply(session, question, given)
    if session.answered(question):
        return _UNCHANGED
    if not is_empty(given.fields):
        return _record(session, question, given)
    return _record(session, question, given) if is_section and not question.required else _EMPTY


def _record(session: FormSession, question: Question, given: PostedAnswer) -> AnswerOutcome:
    if is_empty(given.fields) and question.required and question.id not in session.draft.answers:
        return _EMPTY
    try:
        value = read_fields(question, given.fields, session.ctx.reading)
    except Unreadable as error:
        return AnswerOutcome("wrong", error.text, given)
    if session.remark(question) and not session.answered(question) and value == session.value(question):
        return _reply(session, question, given)
    drafts.record(session.ctx, session.draft, question, value)
    return _SAVED


def _reply(session: FormSession, question: Question, given: PostedAnswer) -> AnswerOutcome:
    """In a revision: an answer may stay only with a reply to its remark."""
    if not given.reply.strip():
        return _EMPTY
    try:
        reply = read_reply(given.reply)
    except Unreadable as error:
        return AnswerOutcome("wrong", error.text, given)
    drafts.keep_with_reply(session.ctx, session.draft, question, reply)
    return _SAVED


def _stored_answer(session: FormSession, question: Question) -> Text:
    if session.partial(question) is None and question.id in session.draft.answers:
        return answers.brief(question, session.value(question))
    return Text("(belum selesai diisi)") if session.partial(question) is not None else Text("(belum diisi)")


# The chat -------------------------------------------------------------------------------------------------------------


def saved_notice(page: FormPageView) -> Text:
    """One line for the chat after a section was saved."""
    assert page.section is not None
    progress = next(each for each in page.sections if each.section.id == page.section.id)
    wrong = sum(view.outcome.state in {"wrong", "conflict"} for view in page.questions)
    missing = max(0, len(progress.missing) - wrong)
    parts = joined(
        ", ",
        Text("%(count)s jawaban", count=progress.done),
        Text("%(count)s perlu diperbaiki", count=wrong) if wrong else None,
        Text("%(count)s belum terisi", count=missing) if missing else None,
    )
    return Text("Blok %(code)s tersimpan: %(parts)s.", code=page.section.code, parts=parts)


def go_on_after_page(session: FormSession, notice: Text) -> Turn:
    """The chat goes on where the answers end."""
    session.leave_question(review="")
    shown = go_on(session, notice) if session.next() else show_check(session, notice)
    data = to_json(replace(session.state, page_saved=session.draft.revision))
    return replace(shown, state=replace(shown.state, data=data))
