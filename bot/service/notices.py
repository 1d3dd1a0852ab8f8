"""What people are told without having asked: in every conversation of theirs, and by e-mail where it must arrive."""

from __future__ import annotations

from bot.conversations.types import Choice, Prompt, prompt_to_json
from bot.service.desk import Desk
from desk.text import Text
from storage import cases, outbox, people
from storage.tables import Application


def tell(desk: Desk, person_id: int, text: Text, reason: str, *choices: Choice) -> None:
    """In chat, wherever this person writes to us from."""
    prompt = Prompt(text, choices, reason=reason)
    for address in people.chats(desk.session, person_id):
        outbox.add(desk.session, desk.house.keys, address, prompt_to_json(prompt), desk.now, reason=reason, bulk=True)


def tell_applicant(desk: Desk, application: Application, text: Text, reason: str, *choices: Choice) -> None:
    """The result of the examination always goes by e-mail too: the standard says so (SK 66/2023)."""
    tell(desk, application.person_id, text, reason, *choices)
    person = people.get(desk.session, application.person_id)
    if not person.email:
        return
    chats = people.chats(desk.session, person.id)
    locale = chats[-1].locale if chats else desk.address.locale
    mailbox = people.reach_mailbox(desk.session, person.email, person.id, locale, desk.now)
    mailbox.locale = locale
    mail = Prompt(text, subject=Text("Permohonan %(number)s", number=application.number))
    outbox.add(desk.session, desk.house.keys, mailbox, prompt_to_json(mail), desk.now, reason=reason, bulk=True)


def tell_staff(desk: Desk, roles: tuple[str, ...], text: Text, reason: str, *choices: Choice) -> None:
    for officer in cases.staff(desk.session, *roles):
        if officer.person_id != desk.actor.id:
            tell(desk, officer.person_id, text, reason, *choices)
