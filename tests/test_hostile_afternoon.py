"""An attacker's afternoon against the real program: floods, large and slow bodies, odd words and names.

An honest person, who is already talking, is answered beside each of them; nothing that was refused is stored; and the
log has no error.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote
from uuid import uuid4

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse, TCPConnector, WSMsgType

from bot.limits import ALLOWANCES, MEGABYTE, SILENT_CONNECTIONS
from tests import casework
from tests.page_cookies import address_of
from tests.samples import sample
from tests.service import Service
from tests.talk import World

#: seconds in which the honest person is answered; on an idle machine it is a tenth of one
ANSWER_WITHIN = 4.0
#: the attacker's network; the honest person is at 127.0.0.1
ATTACKER = "127.0.0.2"
#: cookies of a person who talks, and of an attacker whose open question asks for a file
HONEST, UPLOADER = "h" * 43, "u" * 43
WHATSAPP = {
    "PST_WHATSAPP_TOKEN": "token-of-a-test",
    "PST_WHATSAPP_PHONE_NUMBER_ID": "1",
    "PST_WHATSAPP_APP_SECRET": "secret-of-a-test",
    "PST_WHATSAPP_VERIFY_TOKEN": "word-of-a-test",
    "PST_WHATSAPP_API_BASE": "http://127.0.0.1:9",  # nobody answers there
}


@dataclass(frozen=True)
class Target:
    service: Service
    draft_id: int

    @property
    def origin(self) -> str:
        return self.service.url.rstrip("/")

    @asynccontextmanager
    async def session(self, token: str = "", network: str = ATTACKER) -> AsyncIterator[ClientSession]:
        headers = {"Origin": self.origin, "Accept-Language": "id"}
        connector = TCPConnector(local_addr=(network, 0), limit=0, force_close=True)
        timeout = ClientTimeout(total=20)
        async with ClientSession(self.origin, headers=headers, connector=connector, timeout=timeout) as session:
            if token:
                session.headers["Cookie"] = f"pst={token}"
            yield session

    @asynccontextmanager
    async def page(self, token: str, network: str = ATTACKER) -> AsyncIterator[ClientWebSocketResponse]:
        async with self.session(token, network) as session, session.ws_connect("/ws?after=0") as socket:
            yield socket

    @asynccontextmanager
    async def raw(self, heads: Sequence[str]) -> AsyncIterator[list[asyncio.StreamReader]]:
        """Connections that send these beginnings of requests, and then nothing."""
        opened = []
        try:
            for head in heads:
                connection = await asyncio.open_connection("127.0.0.1", self.service.port, local_addr=(ATTACKER, 0))
                opened.append(connection)
                connection[1].write(head.encode())
            yield [reader for reader, _ in opened]
        finally:
            for _, writer in opened:
                writer.close()
            for _, writer in opened:
                with suppress(ConnectionError):
                    await writer.wait_closed()

    def upload_head(self, path: str, length: int) -> str:
        """The beginning of a request whose body does not come."""
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.service.port}\r\nOrigin: {self.origin}\r\n"
            f"Cookie: pst={UPLOADER}\r\nX-Client: {uuid4()}\r\nX-File-Index: 0\r\nContent-Length: {length}\r\n\r\nx"
        )

    def count(self) -> Mapping[str, int]:
        tables = ("people", "addresses", "messages", "inbox", "files", "drafts", "complaints", "outbox")
        database = sqlite3.connect(self.service.folder / "var" / "pst.db", timeout=10)
        try:
            known = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            counted = [table for table in tables if table in known]
            return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in counted}
        finally:
            database.close()

    def spooled(self) -> list[str]:
        return [path.name for path in (self.service.folder / "var" / "files").glob("spool/*")]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("hostile")
    world = World(folder / "var")
    world.found_at["uploader"] = ("webchat", address_of(UPLOADER))
    casework.half_filled(world, "surat_permohonan", who="uploader")
    world.found_at["honest"] = ("webchat", address_of(HONEST))
    casework.do(world, "honest", lambda ctx: None)
    world.stop()
    service = Service(folder, "run")
    service.start(**WHATSAPP)
    yield Target(service, 1)
    service.stop()


def text(words: str, client: str = "") -> str:
    return json.dumps({"type": "text", "client": client or str(uuid4()), "text": words, "seen": None})


async def until(socket: ClientWebSocketResponse, *kinds: str) -> dict[str, object]:
    while True:
        frame: dict[str, object] = await socket.receive_json(timeout=20)
        if frame["type"] in kinds:
            return frame


async def closed(socket: ClientWebSocketResponse) -> int | None:
    while (await socket.receive(timeout=20)).type is WSMsgType.TEXT:
        pass
    return socket.close_code


# attacks; each gives what it has stored by right


async def flood_of_frames(target: Target) -> None:
    async with target.page(secrets.token_urlsafe(32)) as socket:
        with suppress(ClientError, ConnectionError):
            for number in range(500):
                await socket.send_str(json.dumps({"type": "ack", "id": number}))
        assert await closed(socket) == 4029


async def slow_headers(target: Target) -> None:
    async with target.raw(["GET / HTTP/1.1\r\nX-Slow: "] * (SILENT_CONNECTIONS + 40)) as readers, asyncio.timeout(15):
        assert await asyncio.gather(*(reader.read() for reader in readers[:30])) == [b""] * 30, "the oldest are closed"


async def slow_bodies(target: Target) -> None:
    paths = ("/upload", "/whatsapp", "/session")
    async with target.raw([target.upload_head(path, 8 * MEGABYTE) for path in paths for _ in range(10)]):
        await asyncio.sleep(0.3)


async def uploads_that_nothing_asked_for(target: Target) -> None:
    async with target.session(secrets.token_urlsafe(32)) as session:

        async def upload(number: int) -> int:
            headers = {"X-Client": str(uuid4()), "X-File-Index": "0", "X-File-Name": f"{number}.pdf"}
            async with session.post("/upload", data=bytes(200_000), headers=headers) as answer:
                return answer.status

        assert set(await asyncio.gather(*map(upload, range(30)))) == {409}


async def uploads_beyond_every_budget(target: Target) -> None:
    """Bodies that claim 10 MB each and do not come: reserved bytes refuse the rest at once, and are given back."""
    async with target.page(UPLOADER) as socket:
        await socket.send_str(tap(f"apply:take:{target.draft_id}"))
        await until(socket, "accepted")
    many = int(ALLOWANCES["upload_bytes", "address"].at_once // (10 * MEGABYTE))
    async with target.raw([target.upload_head("/upload", 10 * MEGABYTE)] * (many + 5)) as readers:
        lines = [asyncio.create_task(reader.readline()) for reader in readers]
        done, waiting = await asyncio.wait(lines, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        assert {line.result().split()[1] for line in done} == {b"429"}
        assert len(waiting) >= many, "those within the budget are not touched"
    await asyncio.wait(waiting, timeout=5)


def tap(code: str) -> str:
    return json.dumps({"type": "tap", "client": str(uuid4()), "value": code, "label": "", "seen": None})


async def webhooks_with_wrong_signatures(target: Target) -> None:
    unsigned = {"X-Hub-Signature-256": "sha256=00"}
    async with target.session() as session:

        async def post(body: bytes) -> int:
            async with session.post("/whatsapp", data=BytesIO(body), headers=unsigned) as answer:
                return answer.status

        seen = [await post(body) for body in (b"", b"{}", b"[" * 500_000, bytes(2 * MEGABYTE), bytes(MEGABYTE)) * 6]
        assert set(seen[:20]) == {403} and set(seen[21:]) == {429}, "after twenty, bodies are not read any more"


async def webhooks_with_endless_bodies(target: Target) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(256 * 1024)

    async with target.session() as session:
        with suppress(ClientError, ConnectionError):
            async with session.post("/whatsapp", data=endless()) as answer:
                assert answer.status in {413, 429, 503}


ID = str(uuid4())
ODD_FRAMES = (
    "[" * 60_000,
    '{"type":' * 8000,
    *("nul", "", "\x00", "{}", "[]", '{"type":"text"}', '{"type":"files","count":99}'),
    *('{"type":"ack","id":1e400}', '{"type":"ack","id":-1}', f'{{"type":"submit","client":"{ID}"}}'),
    '{"type":"text","client":"../../etc","text":"x"}',
    f'{{"type":"text","client":"{ID}","text":"x","seen":{"9" * 5000}}}',
)


async def frames_that_no_page_sends(target: Target) -> None:
    for frame in ODD_FRAMES:
        async with target.page(secrets.token_urlsafe(32)) as socket:
            await socket.send_str(frame)
            assert await closed(socket) == 1008, frame[:40]


#: attack → what it does; nothing of it is stored
ATTACKS: Mapping[str, Callable[[Target], Awaitable[None]]] = {
    attack.__name__: attack
    for attack in (
        webhooks_with_wrong_signatures,  # before the others that use up what may be refused
        flood_of_frames,
        frames_that_no_page_sends,
        slow_bodies,
        uploads_that_nothing_asked_for,
        webhooks_with_endless_bodies,
        slow_headers,
    )
}


async def beside_an_honest_person(target: Target, attack: Awaitable[None]) -> list[float]:
    """Runs the attack. Returns the seconds until each answer to a person who talks meanwhile."""
    waits: list[float] = []
    async with target.page(HONEST, "127.0.0.1") as socket:
        await until(socket, "synced")
        attacking = asyncio.ensure_future(attack)
        while not attacking.done() or len(waits) < 3:
            begun = time.monotonic()
            await socket.send_str(text("menu"))
            while (await until(socket, "message"))["dir"] != "out":
                pass
            waits.append(time.monotonic() - begun)
            await asyncio.sleep(0.1)
        await attacking
    return waits


def assert_no_error(target: Target) -> None:
    bad = [line for line in target.service.log.splitlines() if "[error" in line or "Traceback" in line]
    assert bad == []


@pytest.mark.parametrize("name", ATTACKS)
async def test_an_honest_person_is_answered_beside_an_attack_that_stores_nothing(target: Target, name: str) -> None:
    before = target.count()
    waits = await beside_an_honest_person(target, ATTACKS[name](target))
    after = target.count()
    assert max(waits) < ANSWER_WITHIN, waits
    assert {key: after[key] for key in ("people", "addresses", "files", "drafts") if key in after} == {
        key: before[key] for key in ("people", "addresses", "files", "drafts") if key in before
    }
    assert target.spooled() == []
    assert_no_error(target)


async def test_one_network_begins_no_more_conversations_than_its_share(target: Target) -> None:
    before = target.count()["addresses"]
    share = int(ALLOWANCES["new_addresses", "source"].at_once)

    async def begin(number: int) -> str:
        async with target.page(secrets.token_urlsafe(32), "127.0.0.3") as socket:
            await until(socket, "synced")
            await socket.send_str(text("halo"))
            return str((await until(socket, "accepted", "failed"))["type"])

    async def flood() -> None:
        results = [await asyncio.gather(*map(begin, range(10))) for _ in range(share // 10 + 2)]
        refused = sum(result == "failed" for batch in results for result in batch)
        assert refused >= 15

    waits = await beside_an_honest_person(target, flood())
    assert max(waits) < ANSWER_WITHIN, waits
    assert target.count()["addresses"] - before <= share + 5
    assert_no_error(target)


ODD_WORDS = (
    *("\x00", "a\x00b", "\ud800", "\udfff tengah \ud83d", "\u202eterbalik", "\U0001d573alo", "{}", "%s %(x)s"),
    *("<script>alert(1)</script>", "a" * 4096, "\n" * 500, "/" + "x" * 300, "REK-9999-9999", "\u0660\u0661"),
)


async def test_odd_words_are_answered_and_break_nothing(target: Target) -> None:
    async def talk() -> None:
        async with target.page(secrets.token_urlsafe(32)) as socket:
            await until(socket, "synced")
            for word in ODD_WORDS:
                await socket.send_str(text(word))
                await until(socket, "accepted", "failed")
            await socket.send_str(text("a" * 20_000))
            assert (await until(socket, "failed"))["type"] == "failed"

    assert max(await beside_an_honest_person(target, talk())) < ANSWER_WITHIN
    assert_no_error(target)


async def test_budgets_of_bytes_refuse_before_the_body_and_are_given_back(target: Target) -> None:
    assert max(await beside_an_honest_person(target, uploads_beyond_every_budget(target))) < ANSWER_WITHIN
    async with asyncio.timeout(10):
        while target.spooled():
            await asyncio.sleep(0.05)
    assert_no_error(target)


HOSTILE_NAMES = (
    *("../../etc/passwd", "..\\..\\a.pdf", "a\r\nX-Evil: 1.pdf", "\x00.pdf", "\u202efdp.exe", "a" * 5000, ""),
    *("%ff%fe", "CON"),
)


async def test_hostile_names_of_files_are_kept_harmless(target: Target) -> None:
    async def send() -> None:
        async with target.page(UPLOADER) as socket, target.session(UPLOADER) as session:
            await until(socket, "synced")
            for name in HOSTILE_NAMES:
                await socket.send_str(tap(f"apply:take:{target.draft_id}"))
                await until(socket, "accepted")
                client = str(uuid4())
                headers = {"X-Client": client, "X-File-Index": "0", "X-File-Name": quote(name)[:6000]}
                async with session.post("/upload", data=sample("a.pdf"), headers=headers) as answer:
                    if answer.status != 200:
                        continue  # an earlier file was the answer, so none is asked for any more
                await socket.send_str(json.dumps({"type": "files", "client": client, "count": 1, "seen": None}))
                await until(socket, "accepted")

    assert max(await beside_an_honest_person(target, send())) < ANSWER_WITHIN
    database = sqlite3.connect(target.service.folder / "var" / "pst.db", timeout=10)
    stored = [name for (name,) in database.execute("SELECT name FROM files")]
    database.close()
    assert stored, "at least the first was taken"
    assert all(name.isprintable() and not {"/", "\\"} & set(name) for name in stored)
    assert_no_error(target)
