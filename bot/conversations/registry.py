"""The conversations by their names, and what the submission and the leaving of each form do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.chat import DialogueState, Turn
from bot.conversations import (
    account,
    apply,
    catalogue,
    complaint,
    consultation,
    copy_request,
    draft,
    guest_book,
    guide,
    inquiry_answer,
    language,
    letter_check,
    live_chat,
    menu,
    own_data,
    queue,
    rating,
    registration,
    revise,
    status,
    survey,
    visit,
)
from bot.conversations.officer import (
    applicant,
    case,
    correction,
    counter,
    examine,
    history,
    inbox,
    inquiry,
    issuing,
    letter,
    live_desk,
    queue_desk,
    register_list,
    remark,
    report,
    romantik,
    signed,
    staff,
    step_up,
    upload,
    verdict,
)
from bot.conversations.protocol import Conversation
from bot.service import applications
from bot.service.context import Context
from domain.form.loading import COUNTER_VISITOR
from storage.tables import Draft

MODULES: tuple[Conversation, ...] = (
    menu,
    guide,
    language,
    account,
    own_data,
    registration,
    apply,
    draft,
    catalogue,
    status,
    revise,
    inquiry_answer,
    rating,
    survey,
    complaint,
    consultation,
    copy_request,
    letter_check,
    live_chat,
    live_desk,
    inbox,
    case,
    applicant,
    examine,
    remark,
    inquiry,
    verdict,
    issuing,
    letter,
    correction,
    register_list,
    report,
    romantik,
    history,
    upload,
    signed,
    visit,
    queue,
    queue_desk,
    guest_book,
    counter,
    staff,
    step_up,
)
CONVERSATIONS = {c.NAME: c for c in MODULES}
#: outside forms
TAKES_FILES = {upload.NAME, signed.NAME, letter_check.NAME}

#: id of a form → what its submission does
ON_SUBMIT: Mapping[str, Callable[[Draft, DialogueState, Context], Turn]] = {
    registration.FORM: registration.on_submit,
    applications.FORM: apply.on_submit,
    guest_book.FORM: guest_book.on_submit,
    COUNTER_VISITOR: counter.on_visitor_form,
}

#: id of a form → what leaving it says, where it is not kept for ever
ON_LEAVE: Mapping[str, Callable[[DialogueState, Context], Turn]] = {
    guest_book.FORM: guest_book.on_leave,
    COUNTER_VISITOR: counter.on_leave,
}
