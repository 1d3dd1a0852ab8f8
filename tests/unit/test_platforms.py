"""What every platform relies on: order, two identifiers of one address, what its processes share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.chat import Incoming
from storage import inbox, installation, people
from storage.tables import Address, Dialogue, Person
from tests.unit.platform_in_memory import NAME, Office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    yield office
    await office.process.close()


# Order ----------------------------------------------------------------------------------------------------------------


async def _in_form(office: Office, who: str = "budi") -> None:
    """Brings the person to the first question of the registration."""
    for words in ("halo", "akun dan pindah perangkat", "daftar sekarang", "setuju"):
        await office.says(words, who)


def _open_question(office: Office) -> str | None:
    return office.units.write_now(lambda session: session.scalars(select(Dialogue)).one().asked)


async def test_a_text_sent_before_the_question_is_offered_and_not_recorded(office: Office) -> None:
    await _in_form(office)
    assert _open_question(office) == "nama"
    early = office.post.number - 1  # sent before the question got its number
    await office.says("Budi Santoso", sequence=early)
    assert _open_question(office) == "nama" and "Pakai untuk R.1?" in office.post.said[-1]
    await office.says("ya")
    assert _open_question(office) != "nama"


async def test_without_numbers_of_messages_the_times_decide(office: Office) -> None:
    await _in_form(office)
    before = office.now
    await office.says("Budi Santoso", sequence=None, shown_by=before - timedelta(seconds=1))
    assert _open_question(office) == "nama"
    await office.says("ya", sequence=None, shown_by=office.now + timedelta(seconds=2))
    await office.says("Dinas Contoh", sequence=None, shown_by=office.now + timedelta(seconds=32))
    assert _open_question(office) not in {"nama", "instansi"}


async def test_a_quoted_question_or_answer_is_found_by_its_number(office: Office) -> None:
    await _in_form(office)
    question = office.post.number
    await office.says("Budi Santoso")
    answer = question + 1
    for quoted, name in ((question, "Budi Dua"), (answer + 2, "Budi Tiga")):
        await office.says(name, quoted_message_id=str(quoted))
        assert f"✓ R.1 diubah: {name}" in office.post.said[-1] and _open_question(office) == "instansi"


async def test_texts_that_arrive_together_answer_one_question(office: Office) -> None:
    await _in_form(office)
    office.now += timedelta(seconds=30)
    first = office.post.number
    burst = [
        Incoming(f"b{n}", NAME, "budi", office.now, "text", text=f"Kata nomor {n}", sequence=first + n)
        for n in range(1, 5)
    ]
    office.post.number += 4
    await asyncio.gather(*(office.process.inbound.receive(incoming) for incoming in burst))
    await office.process.deliverer.idle()
    assert list(draft_answers_of(office)) == ["nama"]


def draft_answers_of(office: Office) -> dict[str, object]:
    from storage.tables import Draft

    return office.units.write_now(lambda session: dict(session.scalars(select(Draft)).one().answers))


# Two identifiers of one address ---------------------------------------------------------------------------------------


def _address(office: Office, external_id: str, alternate: str = "") -> Address:
    return office.units.write_now(
        lambda s: people.get_or_create_address(s, NAME, external_id, "id", office.now, alternate)
    )


def _register(office: Office, address: Address) -> None:
    def register(session):  # type: ignore[no-untyped-def]
        session.get_one(Person, address.person_id).registered_at = office.now

    office.units.write_now(register)


async def test_an_address_known_by_its_number_is_found_by_its_identifier(office: Office) -> None:
    before = _address(office, "62811")
    after = _address(office, "ID.1", "62811")
    assert after.id == before.id and (after.external_id, after.alternate_address) == ("ID.1", "62811")
    assert _address(office, "ID.1").id == before.id, "also when the number is not shown"


async def test_of_two_rows_of_one_address_the_registered_person_stays(office: Office) -> None:
    by_number = _address(office, "62811")
    _register(office, by_number)
    by_id = _address(office, "ID.1")
    assert by_id.id != by_number.id
    one = _address(office, "ID.1", "62811")
    assert (one.id, one.person_id) == (by_number.id, by_number.person_id)
    assert _address(office, "ID.1").id == by_number.id


async def test_a_number_that_went_to_somebody_else_leads_to_no_earlier_owner(office: Office) -> None:
    earlier = _address(office, "ID.1", "62811")
    _register(office, earlier)
    later = _address(office, "ID.2", "62811")
    assert later.person_id != earlier.person_id
    assert _address(office, "ID.1").person_id == earlier.person_id
    assert _address(office, "ID.2", "62811").id == later.id


# Shared by processes -------------------------------------------------------------------------------------------------


async def test_only_one_holds_a_lease_until_it_runs_out(office: Office) -> None:
    process = office.process
    assert await process.events.lease("poll", 10) and await process.events.lease("poll", 10)

    def other() -> bool:
        until = office.now + timedelta(seconds=10)
        return office.units.write_now(lambda s: installation.acquire_lease(s, "poll", "other", office.now, until))

    assert not other()
    office.now += timedelta(seconds=10)
    assert other() and not await process.events.lease("poll", 10)


async def test_what_a_channel_announces_is_kept(office: Office) -> None:
    from storage import continuations

    for link in ("https://one.example/{word}/{code}", "https://two.example/{word}/{code}"):
        await office.process.events.announce(NAME, link)
    assert office.units.write_now(lambda s: continuations.links(s, "gabung", "X")) == {
        NAME: "https://two.example/gabung/X"
    }


async def test_input_that_could_not_be_read_is_kept_and_can_be_retried(office: Office) -> None:
    process = office.process
    for _ in range(2):
        await process.events.dead_letter(NAME, b"odd", "a message without a sender")

    def rows() -> list[tuple[str, str]]:
        found = office.units.write_now(lambda session: inbox.waiting(session, "failed"))
        assert all(b"odd" not in (row.payload or b"") for row in found), "sealed"
        return [(row.channel, row.error) for row in found]

    assert rows() == [(NAME, "a message without a sender")]
    assert await process.pending.spooled() == set()
    given: list[tuple[str, bytes]] = []

    async def again(channel: str, part: bytes) -> bool:
        given.append((channel, part))
        return len(given) > 1

    assert await process.inbound.retry_failed(again) == (0, 1)
    assert await process.inbound.retry_failed(again) == (1, 0)
    assert given == [(NAME, b"odd")] * 2 and rows() == []
