"""What people are told without having asked: in every conversation of theirs, and by e-mail where it must arrive."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.types import Choice, Prompt, prompt_to_json
from bot.service.desk import Desk
from desk.text import Text
from storage import cases, outbox, people
from storage.tables import Address, Application


def tell(desk: Desk, person_id: int, text: Text, reason: str, *choices: Choice) -> None:
    """In chat, wherever this person writes to us from; by e-mail where every chat has shut us out."""
    chats = people.chats(desk.session, person_id)
    _queue(
        desk, [address for address in chats if address.blocked_at is None], Prompt(text, choices, reason=reason), reason
    )
    if chats and all(address.blocked_at for address in chats):
        _queue(desk, _mailbox(desk, person_id, chats), Prompt(text), reason)


def tell_applicant(desk: Desk, application: Application, text: Text, reason: str, *choices: Choice) -> None:
    """The result of the examination always goes by e-mail too: the standard says so (SK 66/2023)."""
    chats = people.chats(desk.session, application.person_id)
    _queue(
        desk, [address for address in chats if address.blocked_at is None], Prompt(text, choices, reason=reason), reason
    )
    subject = Text("Permohonan %(number)s", number=application.number)
    _queue(desk, _mailbox(desk, application.person_id, chats), Prompt(text, subject=subject), reason)


def _mailbox(desk: Desk, person_id: int, chats: Sequence[Address]) -> list[Address]:
    """The mailbox that the person proved, if any, in the language of their newest chat."""
    person = people.get(desk.session, person_id)
    if not person.email:
        return []
    locale = chats[-1].locale if chats else desk.address.locale
    mailbox = people.reach_mailbox(desk.session, person.email, person.id, locale, desk.now)
    mailbox.locale = locale
    return [mailbox]


def _queue(desk: Desk, addresses: Sequence[Address], prompt: Prompt, reason: str) -> None:
    for address in addresses:
        outbox.add(desk.session, desk.house.keys, address, prompt_to_json(prompt), desk.now, reason=reason, bulk=True)


def tell_desk(desk: Desk, application: Application, text: Text, reason: str, *choices: Choice) -> None:
    """Whoever holds the case; all who could take it, if nobody of the office does."""
    holder = cases.officer(desk.session, application.officer_id) if application.officer_id is not None else None
    if holder is not None:
        tell(desk, holder.person_id, text, reason, *choices)
    else:
        tell_staff(desk, ("officer", "head"), text, reason, *choices)


def tell_staff(desk: Desk, roles: tuple[str, ...], text: Text, reason: str, *choices: Choice) -> None:
    for officer in cases.staff(desk.session, *roles):
        if officer.person_id != desk.actor.id:
            tell(desk, officer.person_id, text, reason, *choices)
