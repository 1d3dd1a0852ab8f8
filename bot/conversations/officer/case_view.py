"""What an officer can read of one application: its form, answers, remarks, findings and sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.actions import code
from bot.actions.officer import ReadSection
from bot.chat import Choice
from bot.service import access, applications, cases, examination, held_acts, inquiries, register, remarks
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.examination import Progress
from domain.checks import Finding
from domain.form.definition import Form, Question, Section
from domain.frozen import frozen
from domain.text import Json, Text, joined
from storage.tables import Application, HeldAct, Inquiry, RegisterEntry, Remark


@frozen
class UploadedFile:
    """A file among the answers."""

    file_id: int
    name: str


@dataclass
class CaseView:
    """One application for one reader. Every property is loaded once; a view lives as long as its transaction."""

    ctx: Context
    application: Application

    @property
    def application_id(self) -> int:
        return self.application.id

    @cached_property
    def form(self) -> Form:
        return self.ctx.app.form(self.application.form, self.application.version)

    @cached_property
    def answers(self) -> Mapping[str, Json]:
        """Question id → answer, as submitted last."""
        return cases.answers(self.ctx, self.application).answers

    @cached_property
    def previous_answers(self) -> Mapping[str, Json]:
        """The answers of the round before; in the first round the same as `answers`."""
        if self.application.round == 1:
            return self.answers
        return self.answers_of(self.application.round - 1)

    def answers_of(self, round: int) -> Mapping[str, Json]:
        return cases.answers(self.ctx, self.application, round).answers

    @cached_property
    def register_entry(self) -> RegisterEntry | None:
        """Of the application's last letter; `None` before it has one."""
        return register.newest(self.ctx, self.application)

    @cached_property
    def sections(self) -> Sequence[Section]:
        """Sections with at least one answer, in the order of the form."""
        return [s for s in self.form.sections if any(question.id in self.answers for question in s.questions)]

    def section_after(self, section_id: str) -> Section | None:
        """The next section to read; the first one for an unknown id."""
        ids = [section.id for section in self.sections]
        following = ids.index(section_id) + 1 if section_id in ids else 0
        return self.sections[following] if following < len(ids) else None

    def question(self, question_code: str) -> Question:
        """Raises `ActionRefused` for a question that has no answer here."""
        question = self.form.by_code.get(question_code.casefold())
        if question is None or question.id not in self.answers:
            raise ActionRefused(Text("Butir itu tidak ada di permohonan ini."))
        return question

    def code_of(self, remark: Remark) -> str:
        """The code of the question that a remark is about."""
        return self.form.questions[remark.question].code

    @cached_property
    def unclosed_remarks(self) -> Sequence[Remark]:
        return remarks.list_remarks(self.ctx, self.application, "open", "answered")

    @cached_property
    def inquiries(self) -> Sequence[Inquiry]:
        """What the applicant was asked beside the form, the oldest first."""
        return inquiries.list_of(self.ctx, self.application)

    def inquiries_about(self, question: Question) -> list[Text]:
        """What was asked about this answer, with what the applicant said."""
        return [inquiries.said_of(row) for row in self.inquiries if row.question == question.id]

    @cached_property
    def can_remark(self) -> bool:
        return (
            self.application.status == "under_review"
            and self.held is None
            and access.can(self.ctx, self.application, "remark")
        )

    @cached_property
    def held(self) -> HeldAct | None:
        """The act that waits to be done or undone."""
        return held_acts.pending(self.ctx, self.application)

    @cached_property
    def progress(self) -> Mapping[str, Progress]:
        """Section → how far its reader has come with it."""
        return examination.progress(self.ctx, self.application, self.sections)

    @property
    def unread(self) -> Sequence[Section]:
        """The sections that the reader has not opened."""
        return [section for section in self.sections if self.progress[section.id] == "unread"]

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """What the examiner's rules say about the answers on the day of the application."""
        day = self.application.submitted_at.astimezone(self.ctx.office.zone).date()
        found = applications.findings(self.ctx, self.form, self.answers, day)
        return [finding for finding in found if finding.text]

    def findings_about(self, *question_ids: str) -> list[Text]:
        """What to look at in these answers, each with the rule that says so."""
        about = set(question_ids)
        return [self._finding_line(found) for found in self.findings if not about.isdisjoint(found.questions)]

    def _finding_line(self, finding: Finding) -> Text:
        line = Text("%(what)s [%(rule)s]", what=finding.officer or Text(""), rule=finding.rule)
        return joined(" ", line, Text("Pemohon membiarkannya.") if finding.rule in self._left_rules else None)

    @cached_property
    def _left_rules(self) -> frozenset[str]:
        return applications.left_rules(self.ctx, self.application, self.findings, self.answers)

    def findings_in(self, section: Section) -> Sequence[Finding]:
        """Those about the section's answers that no unclosed remark states yet."""
        asked = {question.id for question in section.questions if question.id in self.answers}
        stated = {remark.rule for remark in self.unclosed_remarks}
        return [
            finding
            for finding in self.findings
            if finding.officer and finding.rule not in stated and not asked.isdisjoint(finding.questions)
        ]

    def uploads(self, question: Question) -> list[UploadedFile]:
        answer = self.answers.get(question.id)
        if question.kind != "file" or not isinstance(answer, list):
            return []
        files = [item for item in answer if isinstance(item, dict)]
        return [UploadedFile(int(str(file["id"])), str(file["name"])) for file in files]


def open_view(ctx: Context, application_id: int) -> CaseView:
    """Locks the application. Raises `ActionRefused` where the actor may not read it."""
    return CaseView(ctx, cases.open_case(ctx, application_id))


def section_choice(view: CaseView, section: Section) -> Choice:
    return Choice(
        code(ReadSection(view.application_id, section.id)),
        Text("Baca blok %(code)s · %(title)s", code=section.code, title=section.title),
        Text("Baca blok %(code)s", code=section.code),
    )


def next_section_choice(view: CaseView, read_section: str) -> Choice:
    """Reads on after the section that was read last, else with the first one that the examiner has not opened; when all
    are opened, from the first one again.
    """
    unread = view.unread if view.can_remark and not read_section else ()
    following = unread[0] if unread else view.section_after(read_section)
    return section_choice(view, following or view.sections[0])
