"""What `--demo` adds: a sample catalogue, and officers who join by themselves. For this machine only."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping

from bot.runtime.process import Process, now
from bot.service import letter_facts, officers
from bot.service.catalogue import SAMPLE, import_file
from bot.service.context import context_at
from domain.permissions import Role
from domain.signer import RankAndNip
from storage import people
from storage.tables import Officer
from storage.unit import Session

NAMES: Mapping[Role, str] = {"officer": "Petugas Demo", "director": "Direktur Demo"}


def load_sample(process: Process) -> None:
    import_file(process.units, SAMPLE)


def joining(process: Process) -> Callable[[str, str, Role, str], Coroutine[None, None, None]]:
    """Returns a function that lets an address join the staff when it is first used, with an ordinary invitation."""

    async def join(channel: str, address: str, role: Role, locale: str) -> None:
        await process.units.write(lambda session: _join(process, session, channel, address, role, locale))

    return join


def _join(process: Process, session: Session, channel: str, address: str, role: Role, locale: str) -> None:
    """Does nothing for somebody who has joined before, even if they were revoked."""
    moment = now()
    row = people.get_or_create_address(session, channel, address, locale, moment)
    if session.get(Officer, row.person_id) is not None:
        return
    code = officers.invite(session, process.app.keys, role, NAMES[role], moment)
    ctx = context_at(session, process.app, moment, row)
    joined = officers.join(ctx, code)
    assert joined == "joined", joined
    if officers.needs_rank(ctx):
        letter_facts.sign_in_own_name(ctx, RankAndNip())  # nobody is asked for a NIP of their own in a demo
