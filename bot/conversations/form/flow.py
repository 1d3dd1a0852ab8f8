"""One message through a form: asks, checks, explains, goes back, changes answers, reviews, and hands over for sending.

The dialogue knows which question is open, the draft knows the answers. So nobody loses their place after a restart, on
another device, or when the form changed.
"""

from __future__ import annotations

from dataclasses import replace

from bot.actions.applicant import FormButton
from bot.actions.form import (
    AskNext,
    AskWords,
    AttachFile,
    ChangeCopied,
    ChooseAttachment,
    ConfirmCopied,
    DropHeld,
    DropImported,
    EditAnswer,
    FinishAnswer,
    FixAnswer,
    GoBack,
    JumpTyped,
    KeepAnswer,
    LeaveFindings,
    LeaveForm,
    OrderFormFile,
    RunWords,
    ShowCheck,
    ShowFormPage,
    ShowHelp,
    ShowSection,
    ShowSections,
    ShowSimilar,
    SkipQuestion,
    SkipRest,
    SubmitForm,
    TakeImported,
    TakeTyped,
    TakeWords,
    UseHeld,
    UseKnown,
    UseProposal,
)
from bot.actions.form_codes import FormAct, parse_act
from bot.chat import Incoming, Turn, in_place, with_notice
from bot.commands import without_argument
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.form import aside, attachment, confirm, imported, premature
from bot.conversations.form.ask import ask, ask_again
from bot.conversations.form.back import NOT_SEEN, go_back
from bot.conversations.form.continuation import continue_answer, end_files, forget_continued
from bot.conversations.form.doubt import ask_which, is_in_doubt, told_at_once, would_answer
from bot.conversations.form.held import fitting
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.contact import with_plus
from bot.conversations.form.known import known_by_number, named_by_words
from bot.conversations.form.page_link import show_page_link
from bot.conversations.form.record import (
    carry_out,
    go_on,
    keep_answer,
    leave_findings,
    record_answer,
    skip,
    skip_rest,
    take_words,
    use_known,
)
from bot.conversations.form.references import find_changed, find_named, goes_on, unknown_code
from bot.conversations.form.review import locked, show_check, show_review, show_section, show_sections
from bot.conversations.form.session import (
    CHECK,
    COPIED,
    IMPORT,
    REPLY,
    SCREEN,
    Finished,
    FormSession,
    Outcome,
    fingerprint,
)
from bot.conversations.form.similar import show_similar
from bot.conversations.form.unused_files import why_unused
from bot.conversations.unsupported import UNSUPPORTED
from domain.asides import judge
from domain.form.definition import Question
from domain.text import Text, cut

#: short answers to "Pakai untuk …?" → whether the message is used
YES_NO = {"ya": True, "iya": True, "yes": True, "tidak": False, "no": False}

#: characters of the code of a question that a button named, which may be anything
_CODE_SHOWN = 12


# What other conversations call ----------------------------------------------------------------------------------------


def resume(session: FormSession, notice: Text | None = None) -> Turn:
    """Goes on with the first question without an answer."""
    session.leave_question(review="")
    return go_on(session, notice)


def edit(session: FormSession, question: Question, review: str = "") -> Turn:
    """Asks an answered question again. Afterwards comes the screen `review`, else the next open question."""
    if session.is_locked(question):
        return reprompt(session, locked(question))
    session.leave_question(review)
    return ask(session, question)


def reprompt(session: FormSession, notice: Text | None = None) -> Turn:
    """The open question, or the open screen, once more."""
    forget_continued(session)
    question = session.question
    show = imported.show_import if session.state.review == IMPORT else show_review
    return ask_again(session, question, notice) if question is not None else show(session, notice)


def on_message(incoming: Incoming, session: FormSession) -> Outcome:
    """A message that is neither a button nor a command."""
    if (continued := continue_answer(session, incoming)) is not None:
        return continued
    forget_continued(session)
    question = session.question
    if question is None:
        return _outside_question(incoming, session)
    kind = kind_of(question)
    if incoming.files:
        shown = carry_out(session, question, kind.take_files(session, question, incoming))
        return shown if kind.answer.is_upload else attachment.offer(session, incoming, shown)
    shares_number = incoming.kind == "contact" and kind.takes_contact
    if incoming.kind in UNSUPPORTED and not shares_number:
        return ask_again(session, question, kind.unsupported_reply or UNSUPPORTED[incoming.kind])
    words = with_plus(incoming.contact) if shares_number else incoming.text
    if not words.strip():
        return ask_again(session, question, Text("Pesan Anda kosong. Silakan tulis jawabannya."))
    joins = incoming.saw_question and kind.collects(session, question) and fitting(session, question) is None
    if not (incoming.saw_last_message or joins):
        return premature.hold(session, question, words, incoming)
    return _take_words(session, question, words)


def on_command(name: str, session: FormSession, incoming: Incoming) -> Outcome | None:
    """A command that works at every question; `None` for those that the form leaves to the router."""
    question = session.question
    if name == "done" and (ended := end_files(session, incoming)) is not None:
        return ended
    forget_continued(session)
    if name == "start" and judge(incoming.text) == "greeting":
        return reprompt(session, aside.reply_to_courtesy("greeting", incoming.text))
    if question is not None and is_in_doubt(session, question, incoming):
        return ask_which(session, question, incoming.text)
    match name:
        case "skip" if question:
            return _end_answer(session, question, SkipQuestion(), was_seen=incoming.saw_last_message)
        case "done" if question:
            return _end_answer(session, question, FinishAnswer(), was_seen=incoming.saw_question)
        case "back" if question:
            return go_back(session, question, was_seen=incoming.saw_question)
        case "help" if question:
            return ask_again(session, question, kind_of(question).help(session, question))
        case "form_file" | "form_pdf":
            return reprompt(session, imported.order_file(session, "pdf" if name == "form_pdf" else "xlsx"))
        case "back" | "skip" | "blocks":
            return show_sections(session)
    return None


def on_button(button: FormButton, session: FormSession) -> Outcome:
    """A button of a form, from whenever it was sent."""
    act = parse_act(button.act)
    forget_continued(session)
    if button.question == SCREEN:
        return _on_screen_button(session, act, button.revision)
    question = session.by_code(button.question)
    if question is None:
        code = cut(button.question, _CODE_SHOWN)
        return reprompt(session, Text("Pertanyaan %(code)s tidak berlaku lagi untuk isian Anda.", code=code))
    return _on_question_button(session, question, act, button.revision)


# Buttons --------------------------------------------------------------------------------------------------------------


def _on_screen_button(session: FormSession, act: FormAct, revision: int) -> Outcome:
    match act:
        case AskNext():
            return resume(session)
        case ShowSection(section_id):
            return show_section(session, section_id)
        case ShowSections():
            return show_sections(session)
        case ShowCheck():
            return show_check(session)
        case ShowSimilar():
            return show_similar(session)
        case ConfirmCopied() | ChangeCopied():
            return confirm.on_button(session, act, revision)
        case ShowFormPage():
            return show_page_link(session)
        case SubmitForm() if revision != session.draft.revision:
            notice = Text("Isian berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
            show = show_check if len(session.form.sections) > 1 else show_sections
            return show(session, notice)
        case OrderFormFile(kind):
            return reprompt(session, imported.order_file(session, kind))
        case TakeImported() | DropImported():
            return imported.on_button(session, act, revision)
        case ChooseAttachment() | AttachFile():
            return attachment.on_button(session, act)
        case SubmitForm() | LeaveForm():
            return Finished(session.draft, session.dialogue, submits=isinstance(act, SubmitForm))
    return reprompt(session, UNKNOWN_BUTTON)


def _on_question_button(session: FormSession, question: Question, act: FormAct, revision: int) -> Outcome:
    match act:
        case EditAnswer():
            return edit(session, question, question.section)
        case FixAnswer():
            return edit(session, question, CHECK)
        case ShowHelp():
            return ask_again(session, question, kind_of(question).help(session, question))
        case GoBack():
            return go_back(session, question)
        case RunWords(mark) if _is_typed(session, mark):
            command = without_argument(session.state.typed)
            return Turn(session.dialogue, command=command.name if command else "help")
    if session.is_locked(question):
        return reprompt(session)
    if session.changed_after(question, revision):
        return _changed_since(session, question)
    return _answer_by_button(session, question, act)


def _answer_by_button(session: FormSession, question: Question, act: FormAct) -> Turn:
    """The question of the button becomes the open one."""
    was_open = session.question is question
    if not was_open:
        session.open(question)
    shown = _press(session, question, act)
    stays = isinstance(act, kind_of(question).acts_in_place) and not session.is_offering
    return in_place(shown) if was_open and stays else shown


def _press(session: FormSession, question: Question, act: FormAct) -> Turn:
    match act:
        case SkipQuestion():
            return skip(session, question)
        case SkipRest():
            return skip_rest(session, question)
        case UseKnown(number) if (known := known_by_number(session, question, number)) is not None:
            return use_known(session, question, known)
        case UseProposal() if (value := session.proposal(question)) is not None:
            session.forget_message()
            return record_answer(session, question, value)
        case KeepAnswer() if (kept := keep_answer(session, question)) is not None:
            return kept
        case LeaveFindings():
            return leave_findings(session, question)
        case UseHeld(mark) if (words := _held(session, mark)) is not None:
            return premature.use_held(session, question, words)
        case DropHeld(mark) if (words := _held(session, mark)) is not None:
            return premature.drop_held(session, question, words)
        case TakeTyped() | JumpTyped() if session.state.typed:
            return _settle_doubt(session, question, is_answer=isinstance(act, TakeTyped))
        case TakeWords(mark) | AskWords(mark) if _is_typed(session, mark):
            return _settle_doubt(session, question, is_answer=isinstance(act, TakeWords))
    return carry_out(session, question, kind_of(question).tap(session, question, act))


def _held(session: FormSession, mark: str) -> str | None:
    """The held message that the button was about, if it is still held."""
    return next((words for words in session.state.held if fingerprint(words) == mark), None)


def _is_typed(session: FormSession, mark: str) -> bool:
    """Whether the button was about the words that are in doubt now."""
    return bool(session.state.typed) and mark == fingerprint(session.state.typed)


# Words ----------------------------------------------------------------------------------------------------------------


def _outside_question(incoming: Incoming, session: FormSession) -> Turn:
    """No question is open: the code of a question jumps to it, a question is answered, anything else shows the screen
    again.
    """
    words = incoming.text if incoming.kind == "text" else ""
    target = find_named(session, words) or find_changed(session, words)
    if target is not None:
        return edit(session, target, session.state.review)
    if session.state.review == COPIED and (said := confirm.on_words(incoming, session)) is not None:
        return said
    if goes_on(incoming.text):
        return reprompt(session) if session.state.review == CHECK else resume(session)
    if incoming.kind in UNSUPPORTED:
        shown = reprompt(session, why_unused(incoming) or UNSUPPORTED[incoming.kind])
        return attachment.offer(session, incoming, shown)
    code = session.path[0].code
    rule = Text("Silakan pilih salah satu, atau tulis nomor butir, misalnya %(code)s.", code=code)
    return reprompt(session, aside.answer_outside_question(session, incoming.text) or rule)


def _take_words(session: FormSession, question: Question, words: str) -> Turn:
    held, typed = premature.offered(session, question), session.state.typed
    agrees = YES_NO.get(words.strip().casefold())
    uses_held = agrees if held is not None else None
    if premature.is_outdated(session, question):
        return premature.reject_outdated(session, question, words if uses_held is None else "")
    if held is not None and uses_held is not None:
        settle = premature.use_held if uses_held else premature.drop_held
        return settle(session, question, held)
    if typed and agrees is not None and find_named(session, typed) is None:
        return _settle_doubt(session, question, is_answer=agrees)
    if typed:
        session.state = replace(session.state, typed="")
    shown = _sort_words(session, question, words)
    was_asked_about = typed and told_at_once(session, question, typed) is None
    return with_notice(shown, aside.unused(typed)) if was_asked_about else shown


def _sort_words(session: FormSession, question: Question, words: str) -> Turn:
    """Takes an answer; jumps to a question that is named; asks about words that may be an answer or not."""
    if (known := named_by_words(session, question, words)) is not None and session.asked_part != REPLY:
        return use_known(session, question, known)
    changed, named = find_changed(session, words), find_named(session, words)
    if changed is not None:
        return _jump(session, changed)
    if named is not None:
        return _jump_or_ask(session, question, named, words)
    if goes_on(words) and not session.asked_part:
        is_stored = session.answered(question) and session.partial(question) is None
        return go_on(session) if is_stored else ask_again(session, question)
    said = "question" if unknown_code(session, words) else judge(words)
    if said is None:
        return take_words(session, question, words)
    if said != "greeting" and would_answer(session, question, words):
        return ask_which(session, question, words)
    return aside.reply(session, question, words)


def _jump_or_ask(session: FormSession, question: Question, target: Question, words: str) -> Turn:
    """The number of a question may be an answer. In a cell it is one."""
    part, is_bare = kind_of(question).open_part(session, question), session.by_code(words.strip()) is not None
    may_answer = (part or kind_of(question).code_is_ambiguous) and would_answer(session, question, words)
    if may_answer and is_bare and question.columns:
        return take_words(session, question, words)
    if may_answer and target.id != question.id:
        return ask_which(session, question, words.strip())
    return _jump(session, target)


def _end_answer(session: FormSession, question: Question, act: FormAct, *, was_seen: bool) -> Turn:
    """The words "lewati" and "selesai" do what the buttons do, if the question was seen and is as it was shown."""
    if premature.is_outdated(session, question):
        return _changed_since(session, question)
    if not was_seen:
        return ask(session, question, NOT_SEEN)
    if isinstance(act, SkipQuestion):
        return skip(session, question)
    return carry_out(session, question, kind_of(question).tap(session, question, act))


def _jump(session: FormSession, target: Question) -> Turn:
    """After a change, the screen before the last button is shown again if that was open."""
    review = CHECK if session.state.review == CHECK else ""
    return edit(session, target, review) if target.id in session.draft.answers else ask(session, target)


def _settle_doubt(session: FormSession, question: Question, *, is_answer: bool) -> Turn:
    """The person said what the words are about which they were asked."""
    words = session.state.typed
    session.state = replace(session.state, typed="")
    session.forget_message()
    if is_answer:
        return take_words(session, question, words)
    target = find_named(session, words)
    return _jump(session, target) if target is not None else aside.reply(session, question, words)


# Sentences ------------------------------------------------------------------------------------------------------------


def _changed_since(session: FormSession, question: Question) -> Turn:
    """Another device changed the answer after the button or the question was shown."""
    notice = premature.changed_notice(session, question)
    if session.question is not question:
        return reprompt(session, notice)
    return premature.leave_changed(session, question, notice)
