"""The parts that the messages of a form are made of."""

from __future__ import annotations

from bot.actions.form import GoBack, KeepAnswer, LeaveForm, ShowHelp, ShowSections, SkipQuestion, SkipRest, UseProposal
from bot.chat import Choice, Turn
from bot.conversations.form.asked_together import invite_once
from bot.conversations.form.known import find_known, known_choice, known_line
from bot.conversations.form.session import FormSession
from bot.conversations.form.ways import is_at_start, way_choices
from bot.service.remarks import proposal_line
from domain.form import answers
from domain.form.definition import Question
from domain.frozen import frozen
from domain.text import Text, as_hint, contains, lines, paragraphs


@frozen
class OpenPart:
    """The part that is open of a question that is asked in parts, such as a cell or a stage."""

    #: the rest of `DialogueState.asked` after the question's id: "3/definisi", "perencanaan"
    id: str
    heading: Text


def ask_plainly(
    session: FormSession,
    question: Question,
    notice: Text | None = None,
    *,
    example: Text | None = None,
    takes_contact: bool = False,
    present: Text | None = None,
) -> Turn:
    """Asks a question that one message answers. `present`: the stored answer, where it is not shown in brief."""
    present = present or present_answer(session, question)
    known = find_known(session, question)
    hint = answers.ask_hint(question)
    text = paragraphs(
        notice,
        heading(session, question),
        None if contains(notice, hint) else as_hint(hint),
        None if present or contains(notice, example) else as_hint(example),
        None if session.is_about_other else purpose(question),
        present,
        lines(*(known_line(session, question, each) for each in known)) if known else None,
        invite_once(session, question),
    )
    offers = (known_choice(session, question, each) for each in known)
    choices = (*offers, *keep_choice(session, question), *navigation(session, question))
    return session.say(question.id, text, *choices, takes_contact=takes_contact)


def heading(session: FormSession, question: Question) -> Text:
    """ "12 dari 41 · Desain Kegiatan", the question with its number on the paper form, and the examiner's remark."""
    remark = session.remark(question)
    progress = Text(
        "%(number)s dari %(count)s · %(section)s",
        number=session.place(question),
        count=len(session.path),
        section=session.form.section_of[question.id].title,
    )
    return lines(
        progress.shown_as("progress"),
        label(question).shown_as("question"),
        None if session.is_about_other else question.asks,
        Text("Catatan pemeriksa: %(remark)s", remark=remark) if remark else None,
        proposal_of(session, question),
    )


def proposal_of(session: FormSession, question: Question) -> Text | None:
    """ "Usulan pemeriksa: 400" """
    proposal = session.proposal(question)
    return None if proposal is None else proposal_line(question, proposal)


def label(question: Question) -> Text:
    """The number and the name of a question that applies."""
    return Text("%(code)s %(label)s", code=question.code, label=question.heading or question.label)


def purpose(question: Question) -> Text | None:
    """Why personal data is asked for."""
    return as_hint(question.purpose) if question.personal_data else None


def outdated_notice(session: FormSession, question: Question) -> Text | None:
    """Says that the stored answer does not fit the changed form."""
    if question.id in [str(name) for name in session.draft.refill] and session.draft.state != "revising":
        return Text("Isian lama perlu diisi ulang karena formulirnya berubah.")
    return None


def present_answer(session: FormSession, question: Question) -> Text | None:
    """The stored answer, for a question that is asked again."""
    outdated = outdated_notice(session, question)
    if outdated is not None:
        return outdated
    if question.id not in session.draft.answers:
        return None
    return Text("Isian sekarang: %(answer)s", answer=answers.brief(question, session.value(question)))


def keep_choice(session: FormSession, question: Question) -> tuple[Choice, ...]:
    """A button that leaves a stored answer as it is."""
    revising = session.draft.state == "revising" and question.id in session.draft.answers
    if session.answered(question) or revising:
        return (Choice(session.tap(question, KeepAnswer()), Text("Tetap seperti ini"), nav=True),)
    return ()


def navigation(session: FormSession, question: Question, *, skippable: bool = True) -> tuple[Choice, ...]:
    """The buttons under every question. Skip is among them where the answer is optional; at the start of the form the
    other ways to fill it come first, where a screen shows only some buttons.
    """
    return (
        *_proposal_choice(session, question),
        *(way_choices(session) if is_at_start(session, question) else ()),
        *(_skip_choices(session, question) if skippable and not question.required else ()),
        Choice(session.tap(question, GoBack()), Text("Kembali"), nav=True),
        Choice(session.tap(question, ShowHelp()), Text("Bantuan"), nav=True),
        *navigation_of_screen(session),
    )


def _proposal_choice(session: FormSession, question: Question) -> tuple[Choice, ...]:
    """In a revision: takes the answer that the examiner proposes."""
    if session.proposal(question) is None:
        return ()
    return (Choice(session.tap(question, UseProposal()), Text("Pakai usulan"), nav=True),)


def _skip_choices(session: FormSession, question: Question) -> tuple[Choice, ...]:
    skip = Choice(session.tap(question, SkipQuestion()), Text("Lewati"), nav=True)
    rest = Choice(session.tap(question, SkipRest()), Text("Lewati semua sisanya"), nav=True)
    return (skip, rest) if len(session.skippable_rest) > 1 else (skip,)


def navigation_of_screen(session: FormSession) -> tuple[Choice, ...]:
    """The buttons that work also where no question is open."""
    return (
        Choice(session.screen(ShowSections()), Text("Daftar isian"), nav=True),
        Choice(session.screen(LeaveForm()), Text("Simpan & keluar"), nav=True),
    )


def help_on(about: Question, name: Text) -> Text:
    """What a question, or a column of a table, asks for and why."""
    return lines(
        Text("Bantuan untuk %(question)s", question=name),
        about.help,
        Text("Contoh: %(example)s", example=about.example) if about.example else None,
        about.purpose or None,
        Text("Untuk pindah ke butir lain, tulis nomornya."),
    )
