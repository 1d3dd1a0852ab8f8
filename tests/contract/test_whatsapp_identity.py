"""People whose phone number or user id changes, between the strict Cloud API server and the real service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.service import officers
from storage.tables import Address
from tests.contract.whatsapp_harness import ID, WA
from tests.contract.whatsapp_office import Office, begins
from tests.platforms.whatsapp import User

Result = TypeVar("Result")


async def joins(office: Office, user: User) -> None:
    keys, now = office.process.app.keys, datetime.fromtimestamp(office.server.clock.now(), UTC)
    code = await office.process.units.write(lambda session: officers.invite(session, keys, "head", "Ibu Sari", now))
    await user.says(f"/gabung {code}")
    await user.waits_for("Selamat bergabung")
    await office.settled()


async def read(office: Office, work: Callable[[Session], Result]) -> Result:
    return await office.process.units.write(work)


@pytest.mark.parametrize("order", ["message after the report", "message before the report"])
@pytest.mark.parametrize(
    ("shown", "changes"),
    [
        ({"user_id": ID, "wa_id": WA}, {"wa_id": "628120000077"}),
        ({"user_id": ID, "wa_id": WA}, {"wa_id": "628120000077", "user_id": "ID.77"}),
        ({"wa_id": WA}, {"wa_id": "628120000077"}),
    ],
    ids=["a number", "a number and a user id", "a number without a user id"],
)
async def test_a_new_number_keeps_the_draft_and_the_person(
    office: Office, order: str, shown: Mapping[str, str], changes: Mapping[str, str]
) -> None:
    sari = office.server.user(**shown, name="Sari")
    await begins(office, sari)
    person_id = await read(office, lambda session: session.scalars(select(Address.person_id)).one())
    if order == "message before the report":
        sari.reveals(**changes)
        await sari.says("status")
        await office.settled()
        await sari.was_renamed({"user_id": shown.get("user_id"), "wa_id": shown["wa_id"]})
    else:
        await sari.changes_number(**changes)
    await office.settled()
    await sari.says("2")
    await sari.waits_for("tingkat mana" if order == "message after the report" else "")
    await office.settled()

    def stands(session: Session) -> tuple[int, str, str | None]:
        rows = session.scalars(
            select(Address).where(Address.external_id.not_like("%(#%"), Address.channel == "whatsapp")
        )
        row = rows.one()
        return row.person_id, row.external_id, row.alternate_address

    user_id = changes.get("user_id") or shown.get("user_id")
    new = ("628120000077", None) if user_id is None else (user_id, "628120000077")
    assert await read(office, stands) == (person_id, *new)


async def test_a_role_ends_with_the_number_until_a_new_invitation(office: Office) -> None:
    sari = office.server.user(ID, WA, "Sari")
    await joins(office, sari)
    await sari.changes_number("628120000077")
    await sari.waits_for("peran Anda di kantor tidak berlaku lagi di sini")
    await office.settled()
    await sari.says("/berkas")
    await sari.waits_for("hanya untuk petugas")
    await joins(office, sari)
    await sari.says("/berkas")
    await sari.waits_for("Berkas permohonan")
    await office.settled()


async def test_a_message_with_the_number_alone_comes_from_the_person_whose_number_it_is(office: Office) -> None:
    sari = office.server.user(ID, WA, "Sari")
    await begins(office, sari)
    sari.user_id = None
    await sari.says("2")
    await sari.waits_for("tingkat mana")
    await office.settled()
    assert await read(office, lambda session: session.query(Address).count()) == 1


async def test_an_incomplete_or_repeated_report_moves_nobody(office: Office) -> None:
    sari, ani = office.server.user(ID, WA, "Sari"), office.server.user("ID.5", "628120000005", "Ani")
    for user in (sari, ani):
        await begins(office, user)
    for system in (
        {"type": "user_changed_number"},
        {"type": "user_changed_number", "wa_id": "x"},
        {"type": "user_changed_user_id", "user_id": "ID.9"},
        {"type": "user_changed_user_id", "previous_user_id": ID},
        {"type": "user_changed_user_id", "previous_user_id": "ID.404", "user_id": "ID.9"},
    ):
        await sari.tells_system(system)
    await office.settled()
    found = await read(office, lambda session: sorted(a.external_id for a in session.scalars(select(Address))))
    assert found == sorted([ID, "ID.5"])
