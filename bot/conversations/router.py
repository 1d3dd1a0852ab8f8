"""Decides which conversation handles a message: a button's own, the one of a command, else the one that is open."""

from __future__ import annotations

from dataclasses import replace

from bot import actions, commands
from bot.actions.applicant import FormButton, TextButton
from bot.chat import DialogueState, Incoming, QuotedQuestion, Turn, with_choice, with_notice
from bot.commands import Invocation
from bot.conversations import (
    complaint,
    complaint_status,
    consultation,
    copy_request,
    courtesy,
    draft,
    edited_message,
    guide,
    live_chat,
    mailbox_proof,
    menu,
    registration,
    status,
    take_over,
    template_answer,
    text_input,
)
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.form import attachment, flow, imported, quoted_question
from bot.conversations.form.session import NAME as FORM
from bot.conversations.form.session import Finished, Outcome, session_of_draft, session_of_state
from bot.conversations.officer import counter, counter_visitor, inbox, live_desk
from bot.conversations.protocol import CommandHandlers, Conversation, GoesBack, HasCommands, without_argument
from bot.conversations.registry import CONVERSATIONS, MODULES, ON_LEAVE, ON_SUBMIT, TAKES_FILES
from bot.conversations.text_input import TakesText, TextInput
from bot.conversations.unsupported import UNSUPPORTED, is_recording
from bot.service import access, applications, cases, edits, form_files, officers, unknown_phrases
from bot.service.context import Context
from domain.complaints import read_reference
from domain.consultations import read_number
from domain.form import answers
from domain.form.form_cells import ReturnedForm
from domain.numbers import whole_application_number
from domain.text import Text


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Handles one message. Never raises for anything that a person can send."""
    shown = _handle(incoming, state, ctx)
    if shown.unclear:
        unknown_phrases.keep(ctx, shown.unclear)
    if not shown.command:
        return shown
    return live_desk.say_unheard(COMMANDS[shown.command](shown.state, ctx, shown.argument), ctx)


def _handle(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    if incoming.kind == "tap":
        return _on_button(incoming.tap, state, ctx)
    if _is_passed_on(incoming, state):
        return _open_conversation(state).on_message(incoming, state, ctx)
    if is_recording(incoming) and not _takes_recordings(state):
        incoming = replace(incoming, kind="voice", files=())
    if incoming.kind == "edit":
        return _edited(incoming, state, ctx)
    if incoming.kind == "revoke":
        return _revoked(state, ctx)
    if (returned := imported.returned_form(incoming)) is not None:
        return _on_returned_form(incoming, returned, state, ctx)
    invoked = _invocation(incoming, state, ctx)
    number = whole_application_number(incoming.text, ctx.office.numbers.application_number)
    takes_number = state.conversation == copy_request.NAME or complaint.awaits_subject(state)
    if number is not None and incoming.kind == "text" and not takes_number:
        return _on_application_number(number, state, ctx)
    if incoming.kind == "text" and (reference := read_reference(incoming.text)) is not None:
        return _on_complaint_number(*reference, state, ctx)
    if incoming.kind == "text" and (number := read_number(incoming.text)) is not None:
        return _on_consultation_number(number, state, ctx)
    if incoming.answers_template and (invoked is None or template_answer.is_courtesy(incoming.text)):
        return _on_template_answer(incoming, state, ctx)
    if incoming.quoted is not None and invoked is None:
        return _on_quote(incoming, incoming.quoted, state, ctx)
    if not state.conversation and (invoked is None or invoked.command.name in {"start", "menu"}):
        asks_something = invoked is None and incoming.kind == "text"
        return menu.welcome(incoming.text if asks_something else "", state, ctx, UNSUPPORTED.get(incoming.kind))
    if invoked is not None:
        shown = _on_command(invoked, incoming, state, ctx)
        is_greeting = invoked.command.name == "start" and not incoming.text.startswith("/")
        return live_desk.say_unheard(shown, ctx) if is_greeting and shown.state.conversation != FORM else shown
    if state.conversation == FORM:
        return _in_form(incoming, state, ctx)
    if (awaited := _awaited_text(state)) is not None:
        return text_input.on_message(incoming, awaited, state, ctx)
    if incoming.kind in UNSUPPORTED and state.conversation not in TAKES_FILES:
        return reprompt(state, ctx, UNSUPPORTED[incoming.kind])
    return live_desk.say_unheard(_on_other_words(incoming, state, ctx), ctx)


def _on_other_words(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    if incoming.kind == "text" and (reply := courtesy.reply_to(incoming.text)) is not None:
        return menu.show(state, ctx, reply) if state.conversation == guide.NAME else reprompt(state, ctx, reply)
    return _open_conversation(state).on_message(incoming, state, ctx)


def _is_passed_on(incoming: Incoming, state: DialogueState) -> bool:
    """Whether a person hears it, and not the bot. An officer gives commands with a slash."""
    return state.conversation == live_chat.NAME or (
        state.conversation == live_desk.NAME and live_desk.is_open(state) and not incoming.text.startswith("/")
    )


def asks_about_word(words: str, state: DialogueState) -> bool:
    """Whether a form asks if the word is an answer, although one of its buttons is called so."""
    return state.conversation == FORM and commands.find_ambiguous(words) is not None


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    """Shows the open question or screen again, under a notice."""
    session = session_of_state(state, ctx) if state.conversation == FORM else None
    if session is not None:
        return flow.reprompt(session, notice)
    if (awaited := _awaited_text(state)) is not None:
        return text_input.show(awaited, state, ctx, notice)
    return _open_conversation(state).reprompt(state, ctx, notice)


def _awaited_text(state: DialogueState) -> TextInput | None:
    """The text that the open conversation waits for."""
    conversation = _open_conversation(state)
    return conversation.awaited_text(state) if isinstance(conversation, TakesText) else None


def _takes_recordings(state: DialogueState) -> bool:
    """Where a person hears them: with a complaint, a consultation, or an answer to one."""
    awaited = _awaited_text(state)
    return awaited is not None and awaited.attach is not None


def _open_conversation(state: DialogueState) -> Conversation:
    """The menu handles what is left of a conversation that no longer exists."""
    return registration if registration.is_open(state) else CONVERSATIONS.get(state.conversation, menu)


def _on_template_answer(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """The news that the template announced is the answer. An open form keeps words that may be more."""
    if template_answer.is_courtesy(incoming.text):
        return Turn(state)
    if state.conversation == FORM:
        return _in_form(incoming, state, ctx)
    notice = None if template_answer.is_word(incoming.text) else template_answer.NOT_USED
    return guide.answer(incoming.text, state, ctx) or (reprompt(state, ctx, notice) if notice else Turn(state))


def _on_application_number(number: str, state: DialogueState, ctx: Context) -> Turn:
    """Shows the application with this number. An open form only says how it stands, and asks its question again."""
    mine = applications.find_mine(ctx, number)
    if state.conversation == FORM:
        known = mine or (cases.find_by_number(ctx, number) if access.is_staff(ctx) else None)
        return reprompt(state, ctx, status.in_brief(ctx, known) if known else status.unknown_number(number))
    if mine is None and access.is_staff(ctx):
        return inbox.look_up(state, ctx, number)
    return status.show_number(state, ctx, number)


def _on_complaint_number(number: str, secret: str, state: DialogueState, ctx: Context) -> Turn:
    """An open form only says how it stands; with a secret code, which is nobody's answer, the complaint is shown."""
    if state.conversation == FORM and not secret:
        return reprompt(state, ctx, complaint_status.in_brief(ctx, number))
    return complaint.on_number(state, ctx, number, secret)


def _on_consultation_number(number: str, state: DialogueState, ctx: Context) -> Turn:
    """Shows the consultation. An open form only says how it stands, and asks its question again."""
    if state.conversation == FORM:
        return reprompt(state, ctx, consultation.in_brief(ctx, number))
    return consultation.on_number(state, ctx, number)


def _on_returned_form(incoming: Incoming, returned: ReturnedForm, state: DialogueState, ctx: Context) -> Turn:
    """Opens the draft that the file belongs to. A file that cannot be taken stays an upload where one is awaited."""
    found = form_files.find_draft(ctx, returned)
    if not isinstance(found, str):
        session = session_of_draft(found.id, state, ctx)
        assert session is not None
        return imported.receive(session, returned, alone=len(incoming.files) == 1)
    session = session_of_state(state, ctx) if state.conversation == FORM else None
    if session is not None and session.question is not None and answers.is_upload(session.question):
        return with_notice(_ended(flow.on_message(incoming, session), ctx), imported.REFUSED[found])
    shown = reprompt(state, ctx, imported.REFUSED[found])
    return shown if session is None else attachment.offer(session, incoming, shown)


def _on_quote(incoming: Incoming, quoted: QuotedQuestion, state: DialogueState, ctx: Context) -> Turn:
    """Changes the answer of the quoted question, or asks that question again; an open form keeps other words."""
    if not quoted.draft_id:
        is_file = incoming.kind == "file"
        saw_last, saw_question = incoming.saw_last_message and is_file, incoming.saw_question and is_file
        unquoted = replace(incoming, quoted=None, saw_last_message=saw_last, saw_question=saw_question)
        return _handle(unquoted, state, ctx)
    session = session_of_draft(quoted.draft_id, state, ctx)
    if session is None:
        locked = _show_locked(quoted.draft_id, state, ctx)
        return locked or reprompt(state, ctx, draft.NOT_OPEN)
    said = quoted_question.reply(incoming, quoted.question, session)
    return reprompt(state, ctx, said) if isinstance(said, Text) else _ended(said, ctx)


def _show_locked(draft_id: int, state: DialogueState, ctx: Context) -> Turn | None:
    """The screen of data that cannot be changed, because a code is on its way that proves their mailbox."""
    shown = mailbox_proof.show_locked(draft_id, state, ctx)
    return shown or counter_visitor.show_locked(draft_id, state, ctx)


def _edited(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """An edited message never answers the open question."""
    given = edits.find_answer(ctx)
    locked = _show_locked(given[0], state, ctx) if given is not None else None
    if locked is not None:
        return Turn(state) if edits.original_words(ctx) == incoming.text else locked
    is_command = commands.without_argument(incoming.text) is not None
    notice = edited_message.reply_to_edit(incoming, state, ctx, is_command=is_command)
    return reprompt(state, ctx, notice) if notice else Turn(state)


def _revoked(state: DialogueState, ctx: Context) -> Turn:
    """A deleted message takes no answer back."""
    session = session_of_state(state, ctx) if state.conversation == FORM else None
    dropped = edited_message.drop_revoked(session, ctx) if session else None
    notice = edited_message.reply_to_revoke(state, ctx)
    return dropped or (reprompt(state, ctx, notice) if notice else Turn(state))


def _on_button(code: str, state: DialogueState, ctx: Context) -> Turn:
    action = actions.parse(code)
    if isinstance(action, FormButton):
        return _on_form_button(action, state, ctx)
    if isinstance(action, TextButton):
        return _on_text_button(action, state, ctx)
    conversation = CONVERSATIONS.get(actions.conversation_of(action))
    if conversation is not None:
        return conversation.on_button(action, state, ctx)
    return reprompt(state, ctx, UNKNOWN_BUTTON)


def _on_text_button(button: TextButton, state: DialogueState, ctx: Context) -> Turn:
    """Goes back to where the text is written."""
    unsent = next((unsent for unsent in state.unsent if unsent.id == button.text_id), None)
    if unsent is None:
        return reprompt(state, ctx, Text("Tulisan itu sudah dikirim atau dibatalkan."))
    opened = state.at(unsent.conversation, **unsent.data)
    awaited = _awaited_text(opened)
    if awaited is None:
        return menu.show(text_input.drop(state, unsent), ctx, Text("Tulisan itu tidak dapat dikirim lagi."))
    return text_input.on_button(button, awaited, opened, ctx)


def _on_form_button(button: FormButton, state: DialogueState, ctx: Context) -> Turn:
    session = session_of_draft(button.draft_id, state, ctx)
    if session is None:
        locked = _show_locked(button.draft_id, state, ctx)
        if locked is not None:
            return locked
        return reprompt(state, ctx, Text("Isian itu sudah tidak terbuka, jadi tombolnya tidak berlaku lagi."))
    return _ended(flow.on_button(button, session), ctx)


def _in_form(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    session = session_of_state(state, ctx)
    if session is None:
        return menu.show(state, ctx, Text("Isian itu sudah tidak terbuka."))
    return _ended(flow.on_message(incoming, session), ctx)


def _ended(outcome: Outcome, ctx: Context) -> Turn:
    if isinstance(outcome, Finished) and outcome.draft.person_id != ctx.person_id:
        leave = counter.on_submit if outcome.submits else counter.show_draft
        return leave(outcome.draft, outcome.dialogue, ctx)
    if isinstance(outcome, Finished) and not outcome.submits and outcome.draft.form in ON_LEAVE:
        return ON_LEAVE[outcome.draft.form](outcome.dialogue, ctx)
    if isinstance(outcome, Finished) and not outcome.submits:
        return _leave(outcome.dialogue, ctx)
    if isinstance(outcome, Finished):
        return ON_SUBMIT[outcome.draft.form](outcome.draft, outcome.dialogue, ctx)
    return outcome


def _invocation(incoming: Incoming, state: DialogueState, ctx: Context) -> Invocation | None:
    """The command that was written. "penilaian", "berkas" are words like others where no officer writes them."""
    if incoming.kind not in {"text", "command"}:
        return None
    invoked = commands.read(incoming.text, state.conversation, in_form=state.conversation == FORM)
    is_plain = invoked is not None and invoked.command.audience == "staff" and not incoming.text.startswith("/")
    if is_plain and state.conversation != FORM and not access.is_staff(ctx):
        return None
    goes_on = invoked is not None and invoked.command.name == "resume"
    is_writing = state.conversation == FORM or _awaited_text(state) is not None
    return None if goes_on and is_writing else invoked  # "lanjut" agrees there to what is shown


def _on_command(invoked: Invocation, incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    name = invoked.command.name
    if name == "done" and (awaited := _awaited_text(state)) is not None:
        return text_input.finish(awaited, state, ctx)
    if state.conversation == FORM:
        session = session_of_state(state, ctx)
        outcome = flow.on_command(name, session, incoming) if session else None
        if outcome is not None:
            return _ended(outcome, ctx)
    conversation = _open_conversation(state)
    if name == "back" and isinstance(conversation, GoesBack):
        return conversation.go_back(state, ctx)
    return COMMANDS[name](state, ctx, invoked.argument)


def _complain(state: DialogueState, ctx: Context, words: str) -> Turn:
    """Starts a complaint, perhaps with words for it; while a question is open, says where to complain, with a button
    that starts one.
    """
    if state.conversation != FORM and _awaited_text(state) is None:
        return complaint.show(state, ctx, words=words)
    return with_choice(reprompt(state, ctx, guide.complaint(ctx)), replace(complaint.WRITE, nav=True))


def _help(state: DialogueState, ctx: Context) -> Turn:
    return reprompt(state, ctx, commands.help_for(officers.role(ctx)))


def _leave(state: DialogueState, ctx: Context) -> Turn:
    in_form = state.conversation == FORM
    saved = Text("Isian Anda tersimpan. Kapan saja Anda dapat melanjutkannya dari menu, juga dari perangkat lain.")
    return menu.show(state, ctx, saved if in_form else None)


#: name of a command → its handler
COMMANDS: CommandHandlers = {
    "complaint": _complain,
    "help": without_argument(_help),
    "leave": without_argument(_leave),
    "take_over": take_over.take_over,
    **{
        name: handler
        for module in MODULES
        if isinstance(module, HasCommands)
        for name, handler in module.COMMANDS.items()
    },
}
