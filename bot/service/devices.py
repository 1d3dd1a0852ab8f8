"""Devices: the addresses from which a person writes. A new one is announced, and each can be signed out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.chat import Prompt
from bot.service import audit, code_attempts, notices
from bot.service.context import Context
from domain.frozen import frozen
from domain.text import Text, lines, paragraphs, verbatim
from storage import continuations, outbox, people, queue
from storage.tables import Address, Person

COMMAND = "bukansaya"
CODE_LENGTH = 10


@frozen
class _News:
    """What the owner of an account is told."""

    subject: Text
    happened: Text
    undone: Text  #: what becomes of it when the owner uses the code


def announce(ctx: Context, came_along: Sequence[Address] = (), former_mailbox: Sequence[Address] = ()) -> None:
    """Tells the actor by e-mail and in their other chats that this address is theirs now, and how to undo it.

    `came_along`: the other chats of an account that became a part of the actor's; the same code signs them out.
    `former_mailbox`: that account's, if it had proven one; its owner is told too.
    """
    new = (ctx.address, *came_along)
    one_time_code = _give_code(ctx, new)
    ids = {address.id for address in new}
    others = [other for other in people.chat_addresses(ctx.session, ctx.actor.id) if other.id not in ids]
    news = _News(
        Text("Percakapan baru di akun Anda"),
        Text("Percakapan baru tersambung ke akun Anda pada %(at)s.", at=ctx.now.astimezone(ctx.office.zone)),
        Text("Percakapan baru itu lalu dikeluarkan dari akun Anda."),
    )
    mailboxes = [*notices.mailbox_of(ctx, ctx.actor.id, others), *former_mailbox]
    _tell(ctx, others, mailboxes, one_time_code, news)


def announce_mailbox(ctx: Context, former_mailbox: Sequence[Address]) -> None:
    """Tells the owner of the mailbox that the account had until now, and the actor's other chats, that it has another
    one.
    """
    one_time_code = _give_code(ctx, (ctx.address,))
    others = [other for other in people.chat_addresses(ctx.session, ctx.actor.id) if other.id != ctx.address.id]
    news = _News(
        Text("Alamat e-mail akun Anda diganti"),
        Text("Alamat e-mail akun Anda diganti pada %(at)s.", at=ctx.now.astimezone(ctx.office.zone)),
        Text(
            "Percakapan yang menggantinya lalu dikeluarkan dari akun Anda. Sesudah itu, hubungi %(office)s supaya "
            "alamatnya diperbaiki.",
            office=ctx.office.words["office"],
        ),
    )
    _tell(ctx, others, former_mailbox, one_time_code, news)


def _give_code(ctx: Context, new: Sequence[Address]) -> str:
    """A code that signs these addresses out."""
    one_time_code = code_attempts.new_code(CODE_LENGTH)
    for address in new:
        address.undo_code = _digests(ctx, one_time_code)[0]
    ctx.session.flush()
    return one_time_code


def _tell(
    ctx: Context, chats: Sequence[Address], mailboxes: Sequence[Address], one_time_code: str, news: _News
) -> None:
    """Mails also have the links that do the same, or one to the chat; a chat needs none."""
    links = continuations.links(ctx.session, COMMAND, one_time_code).values()
    linked = lines(Text("Atau buka tautan ini:"), *map(verbatim, links)) if links else None
    more_in_mail = linked or continuations.way_back(ctx.session, chats)
    ask = Text("Bila itu Anda, abaikan pesan ini. Bila bukan, tulis ini dalam percakapan dengan kami:")
    command = verbatim(f"/{COMMAND} {one_time_code}")
    for addresses, more in ((chats, None), (mailboxes, more_in_mail)):
        text = paragraphs(news.happened, ask, command, more, news.undone)
        notices.queue(ctx, addresses, Prompt(text, subject=news.subject, reason="new_device"))


def sign_out(ctx: Context, person_id: int) -> bool:
    """From now on this address belongs to nobody that we know. `person_id`: whose account the question was about; False
    when the address belongs to somebody else by now.
    """
    if person_id != ctx.actor.id:
        return False
    audit.record(ctx, ctx.actor, "sign_out", after={"address": ctx.address.id})
    ctx.actor = _detach(ctx, ctx.address)
    return True


def undo(ctx: Context, words: str) -> Literal["done", "wrong", "too_many"]:
    """Signs out the addresses that the mail with this code was about, whoever writes the code."""
    if code_attempts.must_wait(ctx):
        return "too_many"
    found = people.find_by_undo_code(ctx.session, _digests(ctx, code_attempts.normalise(words)))
    if not found:
        code_attempts.count_wrong(ctx)
        return "wrong"
    code_attempts.reset(ctx)
    for address in found:
        owner = people.get(ctx.session, address.person_id)
        audit.record(ctx, owner, "sign_out", after={"address": address.id})
        stranger = _detach(ctx, address)
        if address.id == ctx.address.id:
            ctx.actor = stranger
    return "done"


def _detach(ctx: Context, address: Address) -> Person:
    """Gives the address to a new person. What it was told so far is not shown there any more."""
    stranger, owner_id = people.create(ctx.session, ctx.now), address.person_id
    if address.staff_since is not None and len(people.staff_addresses(ctx.session, owner_id)) == 1:
        queue.give_back(ctx.session, owner_id)
    address.person_id, address.staff_since, address.undo_code = stranger.id, None, None
    outbox.hide_messages(ctx.session, address, ctx.now)
    return stranger


def _digests(ctx: Context, code: str) -> list[str]:
    return ctx.app.keys.digests("sign out", code)
