"""The process dies after BSrE has signed a letter and before the signed letter is stored: it is signed again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession
from sqlalchemy import select

from bot.service import letter_signing
from storage.tables import Letter, RegisterEntry
from tests.casework import DIRECTOR, audit_faults, do, issued, on, staffed
from tests.crash.page import until
from tests.letter_files import delivered
from tests.office_profiles import profile
from tests.platforms.esign import esign_server
from tests.platforms.esign.server import EsignServer
from tests.service import Service
from tests.talk import World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

FORM = {"nik": "7304010101700001", "passphrase": "rahasia"}


async def test_a_letter_whose_signature_was_lost_is_signed_again_with_the_same_number(tmp_path: Path) -> None:
    async with esign_server() as esign:
        esign.add(FORM["nik"], FORM["passphrase"], "Direktur")
        service = Service(tmp_path, "run")
        try:
            first = await asyncio.to_thread(_prepare, tmp_path)
            esign.signed_hook = service.kill
            await asyncio.to_thread(service.start, **_environment(tmp_path, service, esign))
            with pytest.raises(ClientError):
                await _post(service, first)
            esign.signed_hook = lambda: None
            second = await asyncio.to_thread(_new_link, tmp_path)
            await asyncio.to_thread(service.start, **_environment(tmp_path, service, esign))
            assert await _post(service, first) == 404  # it was used up
            assert await _post(service, second) == 200
            await until(lambda: esign.calls == ["status", "sign", "status", "sign", "verify"])
        finally:
            service.kill()
        assert esign.flagged == []
    await asyncio.to_thread(_check, tmp_path)


def _world(folder: Path) -> World:
    return World(folder / "var", office=folder / "office.toml", now=datetime.now(UTC))


def _prepare(folder: Path) -> str:
    """A letter that waits for its signature. Returns the path of the link to it."""
    profile(folder, ('way = "none" ', 'way = "bsre" '))
    world = staffed(_world(folder))
    issued(world)
    asyncio.run(world.work())
    world.stop()
    return _new_link(folder)


def _new_link(folder: Path) -> str:
    world = _world(folder)
    link, _ = do(world, DIRECTOR, on(1, letter_signing.new_link))
    world.stop()
    return "/sign/" + link.url.rpartition("/")[2]


def _environment(folder: Path, service: Service, esign: EsignServer) -> dict[str, str]:
    return {**esign.environment, "PST_OFFICE": str(folder / "office.toml"), "PST_PUBLIC_URL": service.url.rstrip("/")}


async def _post(service: Service, path: str) -> int:
    origin = service.url.rstrip("/")
    async with ClientSession() as client, client.post(origin + path, data=FORM, headers={"Origin": origin}) as answer:
        return answer.status


def _check(folder: Path) -> None:
    world = _world(folder)
    try:
        asyncio.run(world.work())  # what the process had not come to
        assert b"/ByteRange" in delivered(world)
        letters, entries = world.process.units.write_now(
            lambda session: (
                session.scalars(select(Letter).where(Letter.stage == "issued")).all(),
                session.scalars(select(RegisterEntry)).all(),
            )
        )
        assert [(letter.state, bool(letter.sha256)) for letter in letters] == [("ready", True)]
        assert [entry.number for entry in entries] == [letters[0].number]
        assert sum("sudah terbit" in subject for _, subject, _ in world.mails()) == 1
        assert audit_faults(world) == []
    finally:
        world.stop()
