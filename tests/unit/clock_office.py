"""An office whose daily jobs run when a test says so, and what they have told.

Times are in the office's zone (WITA); 2 March 2026 is a Monday.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.chat import prompt_from_json
from bot.service import cases, decisions, remarks, revisions
from bot.service.context import Context
from domain.permissions import Role
from storage import jobs, messages, people
from storage.tables import Address, Application, Message, Person
from tests import casework
from tests.talk import World

APPLICANT, OFFICER, OTHER, HEAD, DIRECTOR = "pemohon", "petugas", "rekan", "kepala", "direktur"
STAFF: Mapping[str, Role] = {OFFICER: "officer", OTHER: "officer", HEAD: "head"}


def staffed(world: World) -> World:
    """One applicant, two officers and the head, each with a phone."""
    casework.do(world, APPLICANT, lambda ctx: None)
    for name, role in STAFF.items():
        casework.join(world, name, role)
    world.process.units.write_now(lambda session: jobs.add(session, "clock", "clock", world.now, {}))
    return world


def person(session: Session, name: str) -> Person:
    query = select(Person).join(Address, Address.person_id == Person.id).where(Address.external_id == name)
    return session.scalars(query).one()


def apply(world: World, due_on: date, *, officer: str | None = OFFICER) -> int:
    """An application with this promised day, assigned to an officer if one is named."""
    application_id = casework.submitted(world, APPLICANT)
    if officer is not None:
        casework.do(world, officer, casework.on(application_id, cases.claim))
    promise(world, application_id, due_on)
    return application_id


def work_on(world: World, *application_ids: int, now: datetime | None = None) -> None:
    """The officer who holds them does something, so that they keep them."""
    for application_id in application_ids:
        note = casework.on(application_id, lambda ctx, case: remarks.add_note(ctx, case, "Masih diperiksa."))
        casework.do(world, OFFICER, note, now)


def promise(world: World, application_id: int, due_on: date) -> None:
    """Sets another promised day than thirty working days after the application was sent."""

    def set_day(session: Session) -> None:
        application = session.get_one(Application, application_id)
        application.due_on, application.promised_days = due_on, None

    world.process.units.write_now(set_day)


def return_it(world: World, application_id: int) -> None:
    """The officer requests a revision, now."""
    casework.remark(world, application_id, "judul_kegiatan", "Jelaskan.", who=OFFICER)
    casework.do(world, OFFICER, casework.on(application_id, revisions.request_revision))


def draft_letter(world: World, application_id: int) -> None:
    def decide(ctx: Context, application: Application) -> None:
        decisions.decide(ctx, application, application.round, cases.FEASIBLE, ["Rancangan memadai."], [])

    casework.do(world, OFFICER, casework.on(application_id, decide))


def send_letter(world: World, application_id: int) -> None:
    """Sends the letter to the director, who joins when the first letter needs one."""
    if world.found_at.get(DIRECTOR) is None:
        world.found_at[DIRECTOR] = ("console", DIRECTOR)
        casework.join(world, DIRECTOR, "director")
    draft_letter(world, application_id)
    casework.do(world, OFFICER, casework.on(application_id, casework.send))


def issue(world: World, application_id: int, *, drawn: bool = True) -> None:
    """Issues the letter now. `drawn`: the worker draws and delivers it."""
    send_letter(world, application_id)
    casework.do(world, DIRECTOR, casework.on(application_id, casework.issue))
    if drawn:
        run(world)


def status(world: World, application_id: int) -> str:
    return world.process.units.write_now(lambda session: session.get_one(Application, application_id).status)


def at(world: World, day: date, hour: str = "12:30") -> None:
    """Sets the time and runs the jobs that are due. In the afternoon there is no digest."""
    world.now = datetime.combine(day, time.fromisoformat(hour), world.process.app.office.zone)
    run(world)


def run(world: World) -> None:
    async def work() -> None:
        while await world.worker.work_once():
            pass

    asyncio.run(work())


def told(world: World, reason: str) -> list[tuple[str, str]]:
    """(who, words) of every notice for this reason in a conversation so far."""
    in_chats = select(Message, Address.external_id).join(Address).where(Address.channel != people.MAIL)
    query = in_chats.order_by(Message.id)
    found = []
    for message, who in world.process.units.write_now(lambda session: session.execute(query).all()):
        if message.direction == "out":
            prompt = prompt_from_json(messages.unseal_body(world.process.app.keys, message.body, message.address_id))
            if prompt.reason == reason:
                found.append((who, locales.say(prompt.text, message.locale)))
    return found


def whom(world: World, reason: str) -> list[str]:
    return [who for who, _ in told(world, reason)]
