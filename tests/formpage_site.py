"""The form's pages with the web chat, on a port of this host, over a real database."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest_asyncio
from aiohttp import ClientResponse, ClientSession, DummyCookieJar, FormData
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot.actions import code
from bot.actions.applicant import ResumeDraft
from bot.channel import StoredMessage
from bot.chat import Incoming, IncomingKind
from bot.handlers.webchat import Notifier
from bot.runtime.page_links import form_page_links
from bot.runtime.web import application
from locales import say
from storage.tables import Application, Draft
from tests.casework import APPLICANT, FORM, half_filled, revision_requested, staffed
from tests.page_cookies import address_of
from tests.talk import World

#: the cookie of the applicant's browser
TOKEN = "a" * 43
WHO = "pemohon"
BOT_TOKEN = "123456789:AAF-test_token_of_thirty_characters"


@dataclass
class Visitor:
    """A browser without script."""

    client: ClientSession
    origin: str
    token: str = TOKEN
    page_cookie: str = ""  #: that a one-time link to a form was exchanged for
    survey_cookie: str = ""  #: the same for a survey

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(path, cookies=self._cookies, allow_redirects=False) as response:
            return response.status, await response.text()

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> ClientResponse:
        given = {"Origin": self.origin, **headers}
        return await self.client.post(path, data=fields, headers=given, cookies=self._cookies, allow_redirects=False)

    async def fill(self, path: str, **answers: str) -> ClientResponse:
        """Opens a page, changes these inputs (`eselon2`, `variabel__1__nama`), and presses the button."""
        _, page = await self.get(path)
        changed = {f"q.{name.replace('__', '.')}": words for name, words in answers.items()}
        return await self.post(path, inputs(page) | changed)

    async def upload(self, path: str, name: str, content: bytes) -> ClientResponse:
        form = FormData(quote_fields=False)  # as browsers do
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        return await self.client.post(
            path, data=form, headers={"Origin": self.origin}, cookies=self._cookies, allow_redirects=False
        )

    @property
    def _cookies(self) -> dict[str, str]:
        cookies = {"pst": self.token, "pst-page": self.page_cookie, "pst-survey": self.survey_cookie}
        return {name: value for name, value in cookies.items() if value}


def inputs(page: str) -> dict[str, str]:
    """The inputs of a page as a browser would send them: not those of questions that do not apply."""
    page = re.sub(r'<fieldset class="question"[^>]* disabled>.*?</fieldset>(?=<fieldset class="question"|\n)', "", page)
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes["type"] not in {"radio", "checkbox"} or " checked" in tag:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, words in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL):
        found[name] = unescape(words)
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'value="([^"]*)" selected', options)
        found[name] = picked[1] if picked else ""
    return found


@dataclass
class Site:
    """An applicant of the web chat with one draft."""

    world: World
    server: TestServer
    client: ClientSession
    draft_id: int = 0
    channel: str = "webchat"
    address: str = ""
    visitor: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.client, self.url)
        self.address = address_of(TOKEN)

    @property
    def url(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    @property
    def home(self) -> str:
        return f"/form/{self.draft_id}"

    def draft(self) -> Draft:
        return self.world.process.units.write_now(lambda session: session.get_one(Draft, self.draft_id))

    async def begin(self, *left: str) -> None:
        """A draft of a sample survey without the answers to these questions. The chat asks the first of them."""
        self.world.found_at[WHO] = (self.channel, self.address)
        half_filled(self.world, *left, who=WHO)
        newest = select(Draft.id).where(Draft.form == FORM).order_by(Draft.id.desc()).limit(1)
        self.draft_id = self.world.process.units.write_now(lambda session: session.scalars(newest).one())

        await self.say("/menu")
        await self.press(code(ResumeDraft()))

    async def begin_revision(self, *remarks: str) -> None:
        """An application that was sent, with a remark on each of these answers. The chat asks for the first."""
        self.world.found_at[APPLICANT] = (self.channel, self.address)
        staffed(self.world)
        application_id = revision_requested(self.world, *remarks)
        self.draft_id = self.world.process.units.write_now(
            lambda session: session.get_one(Application, application_id).draft_id
        )
        await self.say("/perbaiki")

    async def say(self, text: str) -> None:
        await self._send("command" if text.startswith("/") else "text", text=text)

    async def press(self, tap: str) -> None:
        await self._send("tap", tap=tap)

    async def chat(self, after: int = 0) -> list[StoredMessage]:
        """What the chat shows."""
        return await self.world.process.history.conversation(self.channel, self.address, after, 1000)

    async def last(self) -> str:
        """The newest message of the service."""
        newest = [message for message in await self.chat() if message.direction == "out"][-1]
        return say(newest.prompt.text, "id")

    async def _send(self, kind: IncomingKind, text: str = "", tap: str = "") -> None:
        process, seen = self.world.process, (await self.chat())[-1:]
        self.world.now += timedelta(seconds=10)
        incoming = Incoming(
            id=str(uuid4()),
            channel=self.channel,
            address=self.address,
            at=self.world.now,
            kind=kind,
            text=text,
            tap=tap,
            last_seen_id=seen[0].id if seen else 0,
        )
        await process.inbound.receive(incoming)
        await process.inbound.idle()


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[Site]:
    world.now = datetime.now(UTC)  # the pages have the clock of the program
    world.process.app.form_pages = form_page_links(world.process.settings)
    server = TestServer(application(world.process, Notifier()))
    async with server, ClientSession(server.make_url("/"), cookie_jar=DummyCookieJar()) as client:
        yield Site(world, server, client)


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    world = World(tmp_path)
    async with opened(world) as site:
        yield site
    await world.close()


def signed(user: object, at: datetime, token: str = BOT_TOKEN, **more: str) -> str:
    """What Telegram says of a reader."""
    fields = {"user": json.dumps(user), "auth_date": str(int(at.timestamp())), **more}
    words = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return urlencode({**fields, "hash": hmac.digest(key, words.encode(), "sha256").hex()})
