"""Going on in another channel: a code made here, used there, and proven by the person's mailbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.service import guessing
from bot.service.context import Context
from storage import people, ways
from storage.tables import Person

WORD = "lanjut"
CODE_LIFE = timedelta(minutes=15)
CODE_LENGTH = 8


def offer(ctx: Context) -> tuple[str, list[str]]:
    """A new code for the actor, shown once, and the links that use it elsewhere. The table keeps only its hash."""
    code = guessing.new_code(CODE_LENGTH)
    ways.keep_continuation(ctx.session, ctx.actor.id, _digest(ctx, code), ctx.now + CODE_LIFE)
    links = ways.links(ctx.session, WORD, code)
    return code, [link for channel, link in links.items() if channel != ctx.address.channel]


def take(ctx: Context, words: str) -> Person | Literal["wrong", "too_many"]:
    """Whose code it is; from now on it is used. Nothing is given away by it: the mailbox has to prove the rest."""
    if guessing.must_wait(ctx):
        return "too_many"
    found = ways.continuation(ctx.session, _digest(ctx, guessing.as_meant(words)))
    if found is None or ctx.now >= found.expires_at:
        guessing.wrong(ctx)
        return "wrong"
    guessing.right(ctx)
    person = people.get(ctx.session, found.person_id)
    ctx.session.delete(found)
    ctx.session.flush()
    return person


def masked(email: str) -> str:
    """ "b•••@contoh.go.id": enough to know one's own address again."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def _digest(ctx: Context, code: str) -> str:
    return ctx.app.keys.digest("continuation", code)
