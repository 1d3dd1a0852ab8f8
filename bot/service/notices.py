"""What people are told without having asked: in every conversation of theirs, and by e-mail where it must arrive."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Choice, Prompt, prompt_to_json
from bot.service.context import Context
from domain.text import Text
from storage import officers, outbox, people
from storage.tables import Address, Application


def tell(ctx: Context, person_id: int, text: Text, reason: str, *choices: Choice) -> None:
    """In chat, wherever this person writes to us from; by e-mail where every chat has shut us out."""
    chats = people.chat_addresses(ctx.session, person_id)
    _queue(
        ctx, [address for address in chats if address.blocked_at is None], Prompt(text, choices, reason=reason), reason
    )
    if chats and all(address.blocked_at for address in chats):
        _queue(ctx, _mailbox(ctx, person_id, chats), Prompt(text), reason)


def tell_applicant(ctx: Context, application: Application, text: Text, reason: str, *choices: Choice) -> None:
    """The result of the examination always goes by e-mail too: the standard says so (SK 66/2023)."""
    chats = people.chat_addresses(ctx.session, application.person_id)
    _queue(
        ctx, [address for address in chats if address.blocked_at is None], Prompt(text, choices, reason=reason), reason
    )
    subject = Text("Permohonan %(number)s", number=application.number)
    _queue(ctx, _mailbox(ctx, application.person_id, chats), Prompt(text, subject=subject), reason)


def _mailbox(ctx: Context, person_id: int, chats: Sequence[Address]) -> list[Address]:
    """The mailbox that the person proved, if any, in the language of their newest chat."""
    person = people.get(ctx.session, person_id)
    if not person.email:
        return []
    locale = chats[-1].locale if chats else ctx.address.locale
    mailbox = people.get_or_create_mailbox(ctx.session, person.email, person.id, locale, ctx.now)
    mailbox.locale = locale
    return [mailbox]


def _queue(ctx: Context, addresses: Sequence[Address], prompt: Prompt, reason: str) -> None:
    for address in addresses:
        outbox.add(ctx.session, ctx.app.keys, address, prompt_to_json(prompt), ctx.now, reason=reason, bulk=True)


def tell_desk(ctx: Context, application: Application, text: Text, reason: str, *choices: Choice) -> None:
    """Whoever holds the case; all who could take it, if nobody of the office does."""
    holder = officers.get(ctx.session, application.officer_id) if application.officer_id is not None else None
    if holder is not None:
        tell(ctx, holder.person_id, text, reason, *choices)
    else:
        tell_staff(ctx, ("officer", "head"), text, reason, *choices)


def tell_staff(ctx: Context, roles: tuple[str, ...], text: Text, reason: str, *choices: Choice) -> None:
    for officer in officers.active(ctx.session, *roles):
        if officer.person_id != ctx.actor.id:
            tell(ctx, officer.person_id, text, reason, *choices)
