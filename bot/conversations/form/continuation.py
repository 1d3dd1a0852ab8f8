"""Takes what a person sent on top of a long text, before they had seen that the text was taken.

A phone cuts a long message in two, and people write a thought in several messages.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Incoming, Turn, with_choice
from bot.conversations.form.ask import ask_again
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.record import continue_choice
from bot.conversations.form.references import find_changed, find_named
from bot.conversations.form.review import show_review
from bot.conversations.form.session import FormSession
from bot.service import drafts
from domain.asides import judge
from domain.form import answers
from domain.form.definition import Question
from domain.text import join_messages


def continue_text(session: FormSession, incoming: Incoming) -> Turn | None:
    """Adds the message to the text that the message before it answered. `None` where it cannot belong to that text."""
    question = _continued(session, incoming)
    if question is None:
        return None
    whole = join_messages([str(session.value(question)), incoming.text])
    if not answers.still_reads(question, whole):
        return None
    drafts.record(session.ctx, session.draft, question, whole)
    echo = kind_of(question).echo(question, whole)
    following = session.question
    shown = ask_again(session, following, echo) if following is not None else show_review(session, echo)
    return with_choice(shown, continue_choice(session, question))


def forget_continued(session: FormSession) -> None:
    """Whatever comes next is about the message that was seen."""
    if session.state.continued:
        session.state = replace(session.state, continued="")


def _continued(session: FormSession, incoming: Incoming) -> Question | None:
    """The text, if it is as this conversation has stored it, and the person had not seen what follows it."""
    saw_reply = incoming.saw_last_message or incoming.saw_question
    is_about_other = incoming.quoted_message_id or incoming.answers_template
    question = session.on_path(session.state.continued)
    if question is None or incoming.kind != "text" or saw_reply or is_about_other:
        return None
    says_other = judge(incoming.text) or find_named(session, incoming.text) or find_changed(session, incoming.text)
    return None if says_other or session.changed_after(question, session.state.revision) else question
