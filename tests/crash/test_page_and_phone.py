"""One section of a form, half on a phone with Telegram and half on its page on a computer, in a process that dies."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientConnectionError, ClientSession, DummyCookieJar
from sqlalchemy import select

from bot.actions import code
from bot.actions.applicant import ResumeDraft
from storage.tables import Draft
from storage.unit import Session
from tests.casework import half_filled
from tests.crash.conversation import PATIENCE, Service
from tests.crash.prepared_data import leave_nothing_to_do
from tests.crash.telegram_phone import TelegramHandset, TelegramPlatform, telegram
from tests.formpage_site import Visitor, inputs
from tests.talk import Talk, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

WHO = "pemohon"
ON_PHONE = {"eselon2": "Kepala Dinas", "pj_teknis_nama": "Siti Aminah"}
ON_PAGE = {"pj_teknis_jabatan": "Kepala Bidang", "pj_teknis_telepon": "0411 123456"}
PATH = "/form/{draft}/blok_ii"


class PageReader(Visitor):
    """Who fills in a page, presses a second time where the connection broke, and reloads nothing between."""

    async def leaves(self, path: str, page: str, question: str, words: str) -> str:
        """What becomes of the answer."""
        given = {
            name: value for name, value in inputs(page).items() if name in {f"q.{question}", f"seen.{question}"}
        } | {f"q.{question}": words}
        return await self._press(f"{path}/answer", given, lambda status, body: str(json.loads(body)["state"]))

    async def finishes(self, path: str, page: str, answers: dict[str, str]) -> str:
        """The status after pressing the button of the section."""
        given = inputs(page) | {f"q.{question}": words for question, words in answers.items()} | {"saved": "1"}
        return await self._press(path, given, lambda status, body: str(status))

    async def _press(self, path: str, given: dict[str, str], read: Callable[[int, str], str]) -> str:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await self.post(path, given)
                    return read(answer.status, await answer.text())
                except ClientConnectionError:
                    await asyncio.sleep(0.05)


@pytest.mark.parametrize("point", ["handled", "committed"])
async def test_nothing_is_lost_or_doubled_when_the_process_dies_between_phone_and_page(
    point: str, tmp_path: Path
) -> None:
    async with telegram() as network, ClientSession(cookie_jar=DummyCookieJar()) as client:
        phone, service = network.phone(1), Service(tmp_path, network)
        network.forgives()
        draft_id = await asyncio.to_thread(_begin, tmp_path, phone.address)
        origin, path = f"http://127.0.0.1:{service.port}", PATH.format(draft=draft_id)
        reader = PageReader(client, origin, token="")
        path = origin + path
        service.starts()
        deaths: list[str] = []
        lives = asyncio.create_task(_live_again(service, deaths))
        try:
            await _fill_in_turns(service, phone, reader, path, point)
        finally:
            lives.cancel()
            service.kill()
        assert len(deaths) == len(ON_PHONE | ON_PAGE) + 1
        _check(tmp_path, phone, network)


async def _fill_in_turns(service: Service, phone: TelegramHandset, reader: PageReader, path: str, point: str) -> None:
    await phone.says("halaman")
    await _until(lambda: _link(phone))
    opened = await reader.post(f"{reader.origin}{_link(phone)}", {})
    reader.page_cookie = opened.cookies["pst-page"].value
    _, page = await reader.get(path)

    for words, following in zip(ON_PHONE.values(), ("2.2a", "2.2b"), strict=True):
        service.dies_at(point)
        await phone.says(words)
        await _until(partial(_says, phone, following))
    for question, words in ON_PAGE.items():
        service.dies_at(point)
        assert await reader.leaves(path, page, question, words) in {"saved", "unchanged"}
    service.dies_at(point)
    assert await reader.finishes(path, page, ON_PAGE) == "303", "what the phone said is not on this page"
    await _until(lambda: _says(phone, "Blok II tersimpan"))
    await _until(lambda: not service.unsettled)


def _check(folder: Path, phone: TelegramHandset, network: TelegramPlatform) -> None:
    database = sqlite3.connect(folder / "var" / "pst.db")
    ((stored,),) = database.execute("SELECT answers FROM drafts WHERE form = 'recommendation_request'").fetchall()
    database.close()
    answers = json.loads(stored)
    expected = ON_PHONE | ON_PAGE
    assert {name: answers.get(name) for name in expected} == expected
    told = [shown.words for shown in phone.shown if "Blok II tersimpan" in shown.words]
    assert len(told) == 1, "the page tells the chat once"
    assert network.flagged == []


def _begin(folder: Path, address: str) -> int:
    """A draft whose chat on Telegram asks the first question of the section."""
    world = World(folder / "var", now=datetime.now(UTC))
    world.found_at[WHO] = ("telegram", address)
    half_filled(world, *ON_PHONE, *ON_PAGE, who=WHO)
    talk = Talk(world, address, "telegram")
    talk.say("/menu")
    talk.press(code(ResumeDraft()))

    def close(session: Session) -> int:
        leave_nothing_to_do(session, world.now)
        return session.scalars(select(Draft.id)).one()

    draft_id = world.process.units.write_now(close)
    world.stop()
    return draft_id


async def _live_again(service: Service, deaths: list[str]) -> None:
    while True:
        if service.is_dead:
            deaths.append("SIGKILL")
            service.starts()
        await asyncio.sleep(0.02)


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


def _link(phone: TelegramHandset) -> str:
    """The path of the newest one-time link."""
    buttons = [button for message in phone.person.chat.messages.values() for row in message.rows for button in row]
    return next((urlsplit(button["url"]).path for button in reversed(buttons) if "url" in button), "")


def _says(phone: TelegramHandset, words: str) -> bool:
    return any(words in shown.words for shown in phone.shown)
