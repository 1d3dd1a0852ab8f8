"""The ways to fill a form besides answering in the chat: buttons at its start and on the screens that look it over.

The page is offered under every question too, see `FormSession.say`.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.actions.form import OrderFormFile, ShowFormPage
from bot.actions.form_codes import ScreenAct
from bot.chat import Choice
from bot.conversations.form.session import FormSession
from bot.service import form_page
from bot.service.applications import FORM
from domain.form.definition import Question
from domain.frozen import frozen
from domain.text import Text


@frozen
class FormWay:
    label: Text  #: at most 20 characters
    act: ScreenAct
    is_offered: Callable[[FormSession], bool]


def _always(_: FormSession) -> bool:
    return True


def _by_one_time_link(session: FormSession) -> bool:
    """Where the page knows its reader, every message of the form has the link itself."""
    return form_page.needs_one_time_link(session.ctx, session.draft)


WAYS: tuple[FormWay, ...] = (
    FormWay(Text("Isi di halaman"), ShowFormPage(), _by_one_time_link),
    FormWay(Text("Lewat berkas"), OrderFormFile("xlsx"), _always),
)


def way_choices(session: FormSession) -> tuple[Choice, ...]:
    """None for the short form of the registration."""
    if session.form.id != FORM:
        return ()
    return tuple(Choice(session.screen(way.act), way.label, nav=True) for way in WAYS if way.is_offered(session))


def is_at_start(session: FormSession, question: Question) -> bool:
    """Whether this is the first question of the form, not answered yet."""
    return question is session.path[0] and question.id not in session.draft.answers


def ways_text(session: FormSession) -> Text:
    """For the beginning of the form."""
    if form_page.is_available(session.ctx, session.draft):
        return Text(
            "Jawab di sini satu per satu, tekan “Isi di halaman” untuk mengisinya per blok, atau “Lewat berkas” untuk "
            "mengisinya sebagai berkas Excel atau PDF."
        )
    return Text(
        "Jawab di sini satu per satu, atau tekan “Lewat berkas” untuk mengisinya sebagai berkas Excel atau PDF."
    )
