"""What a page shows of a form, and what it sends back. Values only: who builds them knows the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from domain.form.definition import Question, Section
from domain.form.fields import Fields
from domain.frozen import frozen
from domain.text import Json, Text

#: Which of two values stays when an answer was changed elsewhere; empty: the person has not said.
Keep: TypeAlias = Literal["", "mine", "stored"]
AnswerState: TypeAlias = Literal["unchanged", "saved", "empty", "wrong", "conflict"]


@frozen
class PostedAnswer:
    """The inputs of one question, as a page sent them."""

    fields: Fields
    seen: str = ""  #: the fingerprint of what was stored when the page was made
    keep: Keep = ""
    in_conflict: bool = False  #: the page has asked which of two values stays
    reply: str = ""  #: in a revision: why the answer stays as it is


@frozen
class AnswerOutcome:
    """What became of a posted answer."""

    state: AnswerState
    text: Text | None = None  #: what is wrong, or what is stored instead
    posted: PostedAnswer | None = None  #: shown again, where it was not stored


@frozen
class QuestionView:
    question: Question
    fields: Fields  #: what the inputs show
    seen: str  #: see `PostedAnswer.seen`
    applies: bool
    is_answered: bool
    is_locked: bool  #: decided by the eligibility questions
    answer: Text | None  #: the stored answer as people read it
    files: tuple[Mapping[str, Json], ...] = ()
    is_unconfirmed: bool = False  #: copied from an earlier application; its person has to look at it
    sent: Text | None = None  #: in a revision: what was sent, where the answer has been changed since
    remark: str = ""  #: in a revision: what the examiner says
    proposal: Text | None = None  #: in a revision: the answer that the examiner proposes
    reply: str = ""
    findings: tuple[Text, ...] = ()  #: what the examiner will probably ask about this answer alone
    outcome: AnswerOutcome = field(default=AnswerOutcome("unchanged"))


@frozen
class SectionProgress:
    section: Section
    done: int
    count: int
    missing: tuple[Question, ...]


@frozen
class PageFinding:
    """What the examiner's rules say about complete answers."""

    text: Text
    questions: tuple[Question, ...]
    blocks: bool
    rule: str = ""
    mark: str = ""  #: `domain.checks.basis`, which identifies the answers that it rests on
    is_left: bool = False  #: its person leaves these answers as they are


@frozen
class FormPageView:
    """One section with its questions, or, without a section, the overview of the whole form."""

    draft_id: int
    locale: str
    title: Text
    sections: tuple[SectionProgress, ...]  #: those that apply, in order
    section: Section | None = None
    questions: tuple[QuestionView, ...] = ()
    findings: tuple[PageFinding, ...] = ()
    is_revision: bool = False

    def question(self, question_id: str) -> QuestionView | None:
        return next((view for view in self.questions if view.question.id == question_id), None)

    @property
    def done(self) -> int:
        return sum(section.done for section in self.sections)

    @property
    def count(self) -> int:
        return sum(section.count for section in self.sections)

    @property
    def following(self) -> Section | None:
        """The section behind this one; `None` after the last."""
        ids = [progress.section.id for progress in self.sections]
        place = ids.index(self.section.id) + 1 if self.section and self.section.id in ids else len(ids)
        return self.sections[place].section if place < len(ids) else None
