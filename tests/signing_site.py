"""An office whose director signs letters with BSrE, on a port of this host; the service is our own strict server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer

from bot.handlers.webchat import Notifier
from bot.runtime.web import application
from tests.casework import DIRECTOR, issued, staffed
from tests.office_profiles import profile
from tests.platforms.esign import EsignServer, esign_server
from tests.talk import Talk, World

NIK, PASSPHRASE, ADDRESS = "7304010101700001", "Rahasia#Direktur1", "https://pst.example.go.id"


@dataclass
class SigningSite:
    """An office whose director signs with BSrE, its web server, and the service."""

    world: World
    esign: EsignServer
    client: ClientSession
    origin: str

    async def letter(self) -> int:
        """The id of an application whose letter waits for its signature."""
        application_id = await asyncio.to_thread(issued, self.world)
        await self.work()
        return application_id

    async def work(self) -> None:
        """Runs the jobs that are due by the clock of the pages, however slow the machine is."""
        self.world.now = max(self.world.now, datetime.now(UTC))
        await self.world.work()

    async def link(self, application_id: int) -> str:
        """The path of a new link, as the director's chat shows it."""
        talk = await asyncio.to_thread(self._press, application_id)
        shown = talk.told[-1].prompt.link
        assert shown is not None, talk.last
        return shown.url.removeprefix(ADDRESS)

    def _press(self, application_id: int) -> Talk:
        talk = Talk(self.world, DIRECTOR)
        talk.press(f"signed:page:{application_id}")
        return talk

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(path) as response:
            return response.status, unescape(await response.text())

    async def post(self, path: str, nik: str = NIK, passphrase: str = PASSPHRASE, **more: str) -> tuple[int, str]:
        fields = {"nik": nik, "passphrase": passphrase, **more}
        async with self.client.post(path, data=fields, headers={"Origin": self.origin}) as response:
            assert response.headers["Cache-Control"] == "no-store"
            return response.status, unescape(await response.text())

    def mails(self) -> int:
        return sum("sudah terbit" in subject for _, subject, _ in self.world.mails())


@asynccontextmanager
async def signing_site(folder: Path, seal: str = "") -> AsyncIterator[SigningSite]:
    office = profile(folder, ('way = "none" ', 'way = "bsre" '))
    async with esign_server() as esign:
        esign.add(NIK, PASSPHRASE, "DIREKTUR")
        settings = {
            "public_url": ADDRESS,
            "bsre_url": esign.base,
            "bsre_user": esign.user,
            "bsre_password": esign.password,
            "bsre_seal": seal,
        }
        world = World(folder / "var", office=office, settings=settings, now=datetime.now(UTC))
        await asyncio.to_thread(staffed, world)
        server = TestServer(application(world.process, Notifier()))
        try:
            async with server, ClientSession(server.make_url("/"), cookie_jar=DummyCookieJar()) as client:
                yield SigningSite(world, esign, client, str(server.make_url("")).rstrip("/"))
        finally:
            await world.close()
        assert esign.flagged == []
