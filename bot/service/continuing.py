"""Going on in another channel: a code made here, used there, and proven by the person's mailbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.service import guessing
from bot.service.desk import Desk
from storage import people, ways
from storage.tables import Person

WORD = "lanjut"
CODE_LIFE = timedelta(minutes=15)
CODE_LENGTH = 8


def offer(desk: Desk) -> tuple[str, list[str]]:
    """A new code for the actor, shown once, and the links that use it elsewhere. The table keeps only its hash."""
    code = guessing.new_code(CODE_LENGTH)
    ways.keep_continuation(desk.session, desk.actor.id, _digest(desk, code), desk.now + CODE_LIFE)
    links = ways.links(desk.session, WORD, code)
    return code, [link for channel, link in links.items() if channel != desk.address.channel]


def take(desk: Desk, words: str) -> Person | Literal["wrong", "too_many"]:
    """Whose code it is; from now on it is used. Nothing is given away by it: the mailbox has to prove the rest."""
    if guessing.must_wait(desk):
        return "too_many"
    found = ways.continuation(desk.session, _digest(desk, guessing.as_meant(words)))
    if found is None or desk.now >= found.expires_at:
        guessing.wrong(desk)
        return "wrong"
    guessing.right(desk)
    person = people.get(desk.session, found.person_id)
    desk.session.delete(found)
    desk.session.flush()
    return person


def masked(email: str) -> str:
    """ "b•••@contoh.go.id": enough to know one's own address again."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def _digest(desk: Desk, code: str) -> str:
    return desk.house.keys.digest("continuation", code)
