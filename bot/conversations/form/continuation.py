"""Takes what a person sent on top of a long text or of files, before they had seen that those were taken.

A phone cuts a long message in two, people write a thought in several messages, and send pages one by one.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Incoming, Turn
from bot.conversations.form.ask import ask_again
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.file import add_files
from bot.conversations.form.record import offer_more
from bot.conversations.form.references import find_changed, find_named
from bot.conversations.form.review import show_review
from bot.conversations.form.session import FormSession
from bot.service import drafts
from domain.asides import judge
from domain.form import answers
from domain.form.definition import Question
from domain.text import Text, join_messages


def continue_answer(session: FormSession, incoming: Incoming) -> Turn | None:
    """Adds the message to the answer that the message before it gave. `None` where it cannot belong to that answer."""
    question = _continued(session, incoming)
    if question is None:
        return None
    echo = add_files(session, question, incoming) if incoming.files else _add_words(session, question, incoming)
    if echo is None:
        return None
    following = session.question
    shown = ask_again(session, following, echo) if following is not None else show_review(session, echo)
    return offer_more(session, question, shown)


def _add_words(session: FormSession, question: Question, incoming: Incoming) -> Text | None:
    whole = join_messages([str(session.value(question)), incoming.text])
    if not answers.still_reads(question, whole):
        return None
    drafts.record(session.ctx, session.draft, question, whole)
    return kind_of(question).echo(question, whole)


def end_files(session: FormSession, incoming: Incoming) -> Turn | None:
    """Repeats what is open after "selesai" that was meant for files: our reply to them had not been seen."""
    sent, following = session.on_path(session.state.continued), session.question
    if sent is None or following is None or incoming.saw_question or not answers.is_upload(sent):
        return None
    return offer_more(session, sent, ask_again(session, following))


def forget_continued(session: FormSession) -> None:
    """Whatever comes next is about the message that was seen."""
    if session.state.continued:
        session.state = replace(session.state, continued="")


def _continued(session: FormSession, incoming: Incoming) -> Question | None:
    """The question of the answer, if that is as this conversation has stored it, and the person had not seen what
    follows it. Files go on files, words on words.
    """
    is_about_other = incoming.quoted_message_id or incoming.answers_template
    question = session.on_path(session.state.continued)
    if question is None or is_about_other or session.changed_after(question, session.state.revision):
        return None
    if answers.is_upload(question):
        return question if incoming.files and not _answers_next(session, incoming) else None
    if incoming.kind != "text" or incoming.saw_last_message or incoming.saw_question:
        return None
    says_other = judge(incoming.text) or find_named(session, incoming.text) or find_changed(session, incoming.text)
    return None if says_other else question


def _answers_next(session: FormSession, incoming: Incoming) -> bool:
    """Whether the files are for the open question, which takes files too and was seen."""
    following = session.question
    return following is not None and answers.is_upload(following) and incoming.saw_last_message
