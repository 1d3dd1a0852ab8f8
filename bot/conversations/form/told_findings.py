"""What the examiner will probably ask about one answer: told once, right after it was given."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.form import EditAnswer, LeaveFindings
from bot.chat import Choice, Turn, with_choice
from bot.conversations.form.review import EXPECTED_QUESTIONS, finding_lines
from bot.conversations.form.session import FormSession
from bot.service import applications
from domain.checks import Finding
from domain.form.definition import Question, Value
from domain.text import Text, lines


def find_new(session: FormSession, question: Question, before: Mapping[str, Value]) -> tuple[Finding, ...]:
    """What is to be said about the answer now; nothing that held for the answer before, or that the check screen says.

    `before`: the answers before this one.
    """
    if session.draft.state != "open" or session.next() is None:
        return ()
    draft = session.draft
    found = applications.findings_of_answer(session.ctx, session.form, draft.answers, question.id)
    found = tuple(finding for finding in found if not applications.is_left(draft, finding, draft.answers))
    if not found or question.id not in before:
        return found
    told = applications.findings_of_answer(session.ctx, session.form, before, question.id)
    return tuple(finding for finding in found if finding not in told)


def sentence(findings: tuple[Finding, ...]) -> Text:
    return lines(EXPECTED_QUESTIONS, finding_lines(findings))


def with_choices(session: FormSession, question: Question, shown: Turn) -> Turn:
    """The next question, with the buttons that change the answer or leave it."""
    change = Choice(session.tap(question, EditAnswer()), Text("Ubah %(code)s", code=question.code), nav=True)
    leave = Choice(session.tap(question, LeaveFindings()), Text("Biarkan"), nav=True)
    return with_choice(with_choice(shown, leave), change)
