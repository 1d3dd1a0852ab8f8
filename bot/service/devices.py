"""Devices: the addresses from which a person writes. A new one is announced, and each can be signed out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.chat import Prompt
from bot.service import audit, code_attempts, notices
from bot.service.context import Context
from domain.text import Text, lines, paragraphs, verbatim
from storage import continuations, outbox, people
from storage.tables import Address, Person

COMMAND = "bukansaya"
CODE_LENGTH = 10


def announce(ctx: Context) -> None:
    """Tells the actor by e-mail and in their other chats that this address is theirs now, and how to undo it."""
    one_time_code = code_attempts.new_code(CODE_LENGTH)
    ctx.address.undo_code = _digest(ctx, one_time_code)
    ctx.session.flush()
    links = continuations.links(ctx.session, COMMAND, one_time_code).values()
    others = [other for other in people.chat_addresses(ctx.session, ctx.actor.id) if other.id != ctx.address.id]
    _tell(ctx, others, one_time_code, None)
    linked = lines(Text("Atau buka tautan ini:"), *map(verbatim, links)) if links else None
    _tell(ctx, notices.mailbox_of(ctx, ctx.actor.id, others), one_time_code, linked)


def _tell(ctx: Context, addresses: Sequence[Address], one_time_code: str, linked: Text | None) -> None:
    """`linked`: the links that do the same; a chat needs none."""
    text = paragraphs(
        Text("Percakapan baru tersambung ke akun Anda pada %(at)s.", at=ctx.now.astimezone(ctx.office.zone)),
        Text("Bila itu Anda, abaikan pesan ini. Bila bukan, tulis ini dalam percakapan dengan kami:"),
        verbatim(f"/{COMMAND} {one_time_code}"),
        linked,
        Text("Percakapan baru itu lalu dikeluarkan dari akun Anda."),
    )
    subject = Text("Percakapan baru di akun Anda")
    notices.queue(ctx, addresses, Prompt(text, subject=subject, reason="new_device"))


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
    """Signs out the address that the mail with this code was about, whoever writes the code."""
    if code_attempts.must_wait(ctx):
        return "too_many"
    found = people.find_by_undo_code(ctx.session, _digest(ctx, code_attempts.normalise(words)))
    if found is None:
        code_attempts.count_wrong(ctx)
        return "wrong"
    code_attempts.reset(ctx)
    owner = people.get(ctx.session, found.person_id)
    audit.record(ctx, owner, "sign_out", after={"address": found.id})
    stranger = _detach(ctx, found)
    if found.id == ctx.address.id:
        ctx.actor = stranger
    return "done"


def _detach(ctx: Context, address: Address) -> Person:
    """Gives the address to a new person. What it was told so far is not shown there any more."""
    stranger = people.create(ctx.session, ctx.now)
    address.person_id, address.staff_since, address.undo_code = stranger.id, None, None
    outbox.hide_messages(ctx.session, address, ctx.now)
    return stranger


def _digest(ctx: Context, code: str) -> str:
    return ctx.app.keys.digest("sign out", code)
