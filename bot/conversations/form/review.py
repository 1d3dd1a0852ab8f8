"""Screens to look over a form: its sections, the answers of one section, and the check before the last button."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.form import (
    AskNext,
    EditAnswer,
    FixAnswer,
    LeaveForm,
    ShowCheck,
    ShowSection,
    ShowSections,
    SubmitForm,
)
from bot.chat import Choice, Turn
from bot.conversations.form.copied import ask_next
from bot.conversations.form.prompts import label
from bot.conversations.form.session import CHECK, COPIED, SIMILAR, FormSession
from bot.conversations.form.similar import show_similar
from bot.conversations.form.ways import way_choices
from bot.service import applications
from domain.checks import Finding, advice, blocking
from domain.form import answers
from domain.form.definition import Question, Section
from domain.text import Text, lines, paragraphs

#: buttons that change an answer on one screen; other answers are changed by their number
_MAX_CHANGES = 8
#: what stands above findings that need not be corrected
EXPECTED_QUESTIONS = Text("Petugas pemeriksa mungkin akan menanyakan ini:")

_LEAVE = Text("Simpan & keluar")


def show_review(session: FormSession, notice: Text | None = None) -> Turn:
    """The screen under review, else the sections."""
    review = session.state.review
    if review == CHECK:
        return show_check(session, notice)
    if review == SIMILAR:
        return show_similar(session, notice)
    if review == COPIED and (following := session.next()) is not None:
        return ask_next(session, following, notice)
    return show_section(session, review, notice) if review else show_sections(session, notice)


def show_sections(session: FormSession, notice: Text | None = None) -> Turn:
    """The sections with how much of each is filled. A form with one section shows its answers instead."""
    if len(session.form.sections) == 1:
        return show_section(session, session.form.sections[0].id, notice)
    sections = [section for section in session.form.sections if _applying(session, section)]
    summary = lines(*(_summary(session, section) for section in sections))
    if session.next() is None:
        first = Choice(session.screen(ShowCheck()), Text("Periksa dan kirim"))
    else:
        first = Choice(session.screen(AskNext()), Text("Lanjutkan mengisi"))
    choices = (
        first,
        *(_section_choice(session, section) for section in sections),
        *way_choices(session),
        Choice(session.screen(LeaveForm()), _LEAVE, nav=True),
    )
    text = paragraphs(notice, session.form.title, _progress(session), summary)
    return session.say(None, text, *choices, review="")


def show_section(session: FormSession, section_id: str, notice: Text | None = None) -> Turn:
    """The answers of one section, each with a button to change it."""
    section = next((section for section in session.form.sections if section.id == section_id), None)
    applying = _applying(session, section) if section else ()
    if section is None or not applying:
        return show_sections(session, notice)
    is_short_form = len(session.form.sections) == 1
    can_submit = is_short_form and session.next() is None
    has_locked = any(session.is_locked(question) for question in applying)
    text = paragraphs(
        notice,
        session.form.title if is_short_form else _section_title(section),
        None if is_short_form else section.help,
        *(lines(label(question), _answer(session, question)) for question in applying),
        _locked_note() if has_locked else None,
        session.form.statement if can_submit else None,
    )
    submit = (Choice(session.screen(SubmitForm()), Text("Kirim"), finishes=True),) if can_submit else ()
    changes = (_change_choice(session, question) for question in applying if not session.is_locked(question))
    ways = (
        *(() if can_submit else (Choice(session.screen(AskNext()), Text("Lanjutkan"), nav=True),)),
        *(() if is_short_form else (_sections_choice(session),)),
        Choice(session.screen(LeaveForm()), _LEAVE, nav=True),
    )
    return session.say(None, text, *submit, *changes, *ways, review=section.id)


def show_check(session: FormSession, notice: Text | None = None) -> Turn:
    """What must be corrected before sending, else the last button with what the examiner will probably ask about."""
    following = session.next()
    if following is not None:
        return show_sections(session, notice or _missing(session, following))
    findings = applications.findings(session.ctx, session.form, session.draft.answers)
    return _show_findings(session, findings, notice)


def _missing(session: FormSession, question: Question) -> Text:
    if question.id in session.draft.unconfirmed:
        code = session.form.section_of[question.id].code
        return Text("Jawaban lama di blok %(code)s belum Anda periksa.", code=code)
    return Text("Butir %(code)s belum terisi.", code=question.code)


def _show_findings(session: FormSession, findings: tuple[Finding, ...], notice: Text | None) -> Turn:
    """All findings together. The last button is there unless one of them prevents submitting."""
    must, draft = blocking(findings), session.draft
    left = tuple(finding for finding in advice(findings) if applications.is_left(draft, finding, draft.answers))
    hints = tuple(finding for finding in advice(findings) if finding not in left)
    text = paragraphs(
        notice,
        Text("Sebelum dikirim, silakan perbaiki ini dahulu:").shown_as("question")
        if must
        else Text("Isian Anda lengkap, tetapi belum terkirim. Tekan Kirim sekarang bila sudah benar.").shown_as(
            "question"
        ),
        finding_lines(must) if must else None,
        EXPECTED_QUESTIONS if hints else None,
        finding_lines(hints) if hints else None,
        Text("Ini sudah Anda biarkan:") if left else None,
        finding_lines(left) if left else None,
        None if must else session.form.statement,
    )
    submit = () if must else (Choice(session.screen(SubmitForm()), Text("Kirim sekarang"), finishes=True),)
    ways = (_sections_choice(session), *(() if must else way_choices(session)))
    return session.say(None, text, *submit, *_fixes(session, (*must, *hints)), *ways, review=CHECK)


def finding_lines(findings: Sequence[Finding]) -> Text:
    return lines(*(Text("• %(what)s", what=finding.text or Text("")) for finding in findings))


def _applying(session: FormSession, section: Section) -> tuple[Question, ...]:
    return tuple(question for question in session.path if question.section == section.id)


def _progress(session: FormSession) -> Text:
    if session.next() is None:
        return Text("Semua butir sudah terisi, tetapi belum dikirim. Periksa sekali lagi, lalu kirim.")
    done, count = sum(session.answered(question) for question in session.path), len(session.path)
    return Text("Terisi %(done)s dari %(count)s butir. Isian Anda tersimpan.", done=done, count=count)


def _summary(session: FormSession, section: Section) -> Text:
    questions = _applying(session, section)
    done = sum(session.answered(question) for question in questions)
    is_settled = done == len(questions) and not any(q.id in session.draft.unconfirmed for q in questions)
    return Text(
        "%(mark)s %(code)s · %(title)s: %(done)s dari %(count)s",
        mark="✓" if is_settled else "○",
        code=section.code,
        title=section.title,
        done=done,
        count=len(questions),
    )


def _section_title(section: Section) -> Text:
    return Text("Blok %(code)s · %(title)s", code=section.code, title=section.title)


def _section_choice(session: FormSession, section: Section) -> Choice:
    title = Text("%(code)s · %(title)s", code=section.code, title=section.title)
    return Choice(session.screen(ShowSection(section.id)), title, Text("Blok %(code)s", code=section.code), listed=True)


def _sections_choice(session: FormSession) -> Choice:
    return Choice(session.screen(ShowSections()), Text("Daftar isian"), nav=True)


def _change_choice(session: FormSession, question: Question) -> Choice:
    return Choice(
        session.tap(question, EditAnswer()),
        Text("Ubah %(code)s %(label)s", code=question.code, label=question.label),
        Text("Ubah %(code)s", code=question.code),
        listed=True,
    )


def locked(question: Question) -> Text:
    """Why the answer cannot be changed."""
    return Text(
        "Butir %(code)s ditentukan oleh pertanyaan kelayakan. Untuk mengubahnya, mulai permohonan baru.",
        code=question.code,
    )


def _locked_note() -> Text:
    return Text("Butir bertanda • ditentukan oleh pertanyaan kelayakan; untuk mengubahnya, mulai permohonan baru.")


def _answer(session: FormSession, question: Question) -> Text:
    if question.id in session.draft.refill:
        return Text("(perlu diisi ulang)")
    if question.id not in session.draft.answers:
        return Text("(belum diisi)")
    answer = answers.brief(question, session.value(question))
    return Text("• %(answer)s", answer=answer) if session.is_locked(question) else answer


def _fixes(session: FormSession, findings: tuple[Finding, ...]) -> tuple[Choice, ...]:
    """A button for each question, or list of questions, that the findings are about."""
    ids = dict.fromkeys(id for finding in findings for id in finding.questions)
    asked: dict[str, Question] = {}
    for question in filter(None, map(session.on_path, ids)):
        if not session.is_locked(question):
            tick_list = session.form.tick_list_of.get(question.id)
            asked.setdefault(tick_list.code if tick_list else question.code, question)
    return tuple(
        Choice(session.tap(question, FixAnswer()), Text("Ubah %(code)s", code=code))
        for code, question in list(asked.items())[:_MAX_CHANGES]
    )
