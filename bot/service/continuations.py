"""Continuing on another channel: a code is made here and used there; the person's mailbox proves who they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.service import code_attempts
from bot.service.context import Context
from storage import continuations, people
from storage.tables import Person

COMMAND = "lanjut"
CODE_LIFETIME = timedelta(minutes=15)
CODE_LENGTH = 8


def offer(ctx: Context) -> tuple[str, list[str]]:
    """A new code for the actor, and the links that use it on other channels. The code is shown once; the table keeps
    only its hash.
    """
    code = code_attempts.new_code(CODE_LENGTH)
    continuations.store(ctx.session, ctx.actor.id, _digest(ctx, code), ctx.now + CODE_LIFETIME)
    links = continuations.links(ctx.session, COMMAND, code)
    return code, [link for channel, link in links.items() if channel != ctx.address.channel]


def redeem(ctx: Context, words: str) -> Person | Literal["wrong", "too_many"]:
    """The person whose code it is; a code works once. The caller must still let the mailbox prove the identity."""
    if code_attempts.must_wait(ctx):
        return "too_many"
    found = continuations.find(ctx.session, _digest(ctx, code_attempts.normalise(words)))
    if found is None or ctx.now >= found.expires_at:
        code_attempts.count_wrong(ctx)
        return "wrong"
    code_attempts.reset(ctx)
    person = people.get(ctx.session, found.person_id)
    ctx.session.delete(found)
    ctx.session.flush()
    return person


def masked(email: str) -> str:
    """ "b•••@contoh.go.id": enough for people to recognise their own address."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def _digest(ctx: Context, code: str) -> str:
    return ctx.app.keys.digest("continuation", code)
