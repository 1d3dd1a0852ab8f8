"""The register of letters: what gets a number is entered with it, and is found by its code and by its file."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import register
from storage.tables import File, Letter, RegisterEntry
from tests.casework import DIRECTOR, audit_faults, awaiting_issue, do, issue, issued, on, uploaded
from tests.casework import staffed as with_staff
from tests.talk import World
from tests.unit.case_rows import all_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = with_staff(World(tmp_path / "data"))
    yield world
    world.stop()


def entries(world: World) -> list[RegisterEntry]:
    return [row for row in all_of(world, RegisterEntry) if isinstance(row, RegisterEntry)]


def test_a_letter_enters_the_register_with_its_number_and_a_code_that_nobody_guesses(world: World) -> None:
    first, rejected = issued(world), awaiting_issue(world, "ditolak")
    do(world, DIRECTOR, on(rejected, issue))
    outside = uploaded(world)
    found = entries(world)
    assert [(entry.number, entry.identity, entry.verdict) for entry in found] == [
        ("B-1/7304/KS.200/2026", "V-26.7304.001", "layak"),
        ("B-2/7304/KS.200/2026", None, "ditolak"),
        ("B-7/LUAR/2026", "V-26.7304.007", "layak"),
    ]
    assert [entry.application_id for entry in found] == [first, rejected, outside]
    assert {entry.state for entry in found} == {"valid"}
    assert len({entry.code for entry in found}) == 3
    assert all(re.fullmatch("[A-Z2-7]{26}", entry.code) for entry in found)
    assert audit_faults(world) == []


def test_a_letter_is_found_by_its_code_and_by_its_file(world: World) -> None:
    issued(world)
    uploaded(world)
    asyncio.run(world.work())
    for entry in entries(world):
        letter, content = sent(world, entry)
        assert letter.sha256 == hashlib.sha256(content).hexdigest()
        by_code = world.process.units.write_now(lambda s, code=entry.code: register.by_code(s, code))  # type: ignore[misc]
        by_file = world.process.units.write_now(lambda s, of=letter.sha256: register.by_drawing(s, of))  # type: ignore[misc]
        assert by_code is not None and by_file is not None
        assert by_code.id == by_file[0].id == entry.id and by_file[1].id == letter.id
    nobody = world.process.units.write_now(lambda s: (register.by_code(s, "A" * 26), register.by_drawing(s, "0" * 64)))
    assert nobody == (None, None)


def sent(world: World, entry: RegisterEntry) -> tuple[Letter, bytes]:
    letter, file = world.process.units.write_now(
        lambda s: (one := s.get_one(Letter, entry.letter_id), s.get_one(File, one.file_id))
    )
    return letter, world.process.store.read(file.object, file.owner)


def test_the_code_is_among_the_frozen_facts(world: World) -> None:
    issued(world)
    (entry,) = entries(world)
    letter = world.process.units.write_now(lambda s: s.get_one(Letter, entry.letter_id))
    assert letter.facts["code"] == entry.code
