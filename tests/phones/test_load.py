"""The real program among many people at once: nothing is lost, nothing is doubled, everybody's order is kept.

`LOAD=500` has that many take part instead of a few; what it took is printed, and judged by nobody.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.runtime.channels import no_channel
from bot.runtime.process import Process, open_process
from bot.service.applications import FORM
from bot.settings import Settings
from storage.tables import Draft, InboxRow, Person
from tests.platforms import telegram
from tests.platforms.telegram import bot_api
from tests.platforms.whatsapp import graph_server
from tests.service import Service

LOAD = int(os.environ.get("LOAD", "0"))
#: seconds for one answer when everybody talks at once: the platform takes some thirty messages a second from us
PATIENCE = 30 + LOAD / 2

#: messages in the burst, and how often each comes; people who send them
UNIQUE, COPIES, PEOPLE = 250, 4, 50

TITLE = "Kompilasi Data Pelayanan Kesehatan Kabupaten Jeneponto"
#: registration and the first questions of the form: what is done, and what the answer says
SCRIPT = (
    ("halo", "Apa yang dapat kami bantu?"),
    ("[Ajukan permohonan]", "Atas nama siapa"),
    ("2", "berada di tingkat mana?"),
    ("1", "Apakah Anda setuju?"),
    ("[Ya, saya setuju]", "R.1"),
    ("{name}", "✓ R.1: {name}"),
    ("Dinas Kesehatan", "✓ R.2: Dinas Kesehatan"),
    ("Kepala Bidang", "✓ R.3: Kepala Bidang"),
    ("0812 3456 7890", "✓ R.4: +6281234567890"),
    ("{email}", "✓ R.5: {email}"),
    ("[KTP]", "✓ R.6: KTP"),
    ("0012", "✓ R.7: 0012"),
    ("[Kirim]", "kantor belum dapat mengirim e-mail"),
    ("{code}", "0.1"),
    (TITLE, f"✓ 0.1: {TITLE}"),
    ("{year}", "✓ 0.2: {year}"),
    ("kompilasi", "✓ 0.4"),
)


class Mailbox:
    """The dropped mails of a service that runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[str] = set()
        self._codes: dict[str, str] = {}

    async def code(self, to: str) -> str:
        until = time.monotonic() + PATIENCE
        while to not in self._codes:
            assert time.monotonic() < until, f"no code came to {to}"
            await asyncio.sleep(0.2)
            self._look()
        return self._codes[to]

    def _look(self) -> None:
        for name in {path.name for path in self._folder.glob("[!.]*.eml")} - self._read:
            mail = message_from_bytes((self._folder / name).read_bytes(), policy=policy.default)
            if code := re.search(r"\b\d{8}\b", str(mail["Subject"])):
                self._codes[str(mail["To"])] = code[0]
            self._read.add(name)


class Applicant:
    """Says the next thing as soon as the answer to the last one is there."""

    def __init__(self, number: int, person: telegram.TelegramUser, mailbox: Mailbox) -> None:
        self._person = person
        self._mailbox = mailbox
        letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
        self.own = {
            "name": f"Budi {letters.title()}",
            "email": f"budi{number}@example.go.id",
            "year": 2027 + number % 3,
        }
        self.said: list[str] = []
        self.waited: list[float] = []

    async def talks(self) -> None:
        for does, answer in SCRIPT:
            code = await self._mailbox.code(str(self.own["email"])) if does == "{code}" else ""
            began = time.monotonic()
            await self._does(does.format(**self.own, code=code), answer.format(**self.own))
            self.waited.append(time.monotonic() - began)

    async def _does(self, does: str, answer: str) -> None:
        if does.startswith("["):
            await self._person.taps(does[1:-1])
        else:
            await self._person.says(does)
        self.said.append(does.strip("[]"))
        last = self._person.screen[-1].id
        await self._person.waits_for(lambda message: message.id > last and answer in message.text, PATIENCE)


def figures(what: str, seconds: Sequence[float]) -> str:
    middle, high = statistics.median(seconds), sorted(seconds)[int(len(seconds) * 0.95)]
    return f"{what}: {len(seconds)}, median {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms, most {max(seconds):.2f} s"


def at_rest(folder: Path) -> Process:
    """What a stopped service has left behind."""
    return open_process(Settings(data_dir=folder / "var"), no_channel)


async def what_was_heard(process: Process, channel: str, address: str) -> list[str]:
    said = await process.history.conversation(channel, address, 0, 1000)
    return [locales.say(message.prompt.text, "id") for message in said if message.direction == "in"]


@pytest.mark.timeout(120 + 4 * LOAD)
async def test_many_fill_the_form_on_telegram_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = Service(tmp_path, "run")
    async with bot_api() as server:
        server.rates.refuse = True
        await asyncio.to_thread(service.start, PST_TELEGRAM_TOKEN=server.token, PST_TELEGRAM_API_BASE=server.url)
        try:
            mailbox = Mailbox(tmp_path / "var" / "mail")
            applicants = [Applicant(n, server.user(1000 + n), mailbox) for n in range(LOAD or 20)]
            began = time.monotonic()
            await asyncio.gather(*(applicant.talks() for applicant in applicants))
            took = time.monotonic() - began
            await server.wait_until_confirmed()
        finally:
            await asyncio.to_thread(service.stop)
        assert server.flagged == []
    waited = [seconds for applicant in applicants for seconds in applicant.waited]
    with capsys.disabled():
        pace = f"{len(waited) / took:.1f} a second, {len(server.rates.breaches)} too early"
        print(f"\n{figures('answers on Telegram', waited)}; {pace}")  # noqa: T201
    process = at_rest(tmp_path)
    try:
        for number, applicant in enumerate(applicants):
            assert await what_was_heard(process, "telegram", str(1000 + number)) == applicant.said
        everybody = Counter((a.own["name"], a.own["email"], TITLE, a.own["year"]) for a in applicants)
        assert process.units.write_now(_answers) == everybody
    finally:
        await process.close()


def _answers(session: Session) -> Counter[tuple[object, ...]]:
    """Of everybody, with how often."""
    rows = session.execute(select(Person, Draft).join(Draft, Draft.person_id == Person.id).where(Draft.form == FORM))
    answers = ((person, draft.answers) for person, draft in rows)
    return Counter((p.name, p.email, a.get("judul_kegiatan"), a.get("tahun_kegiatan")) for p, a in answers)


async def test_a_burst_of_webhooks_is_kept_before_it_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Power is cut when the last webhook is answered: whatever was answered with 200 is there, and once."""
    service = Service(tmp_path, "run")
    async with graph_server(f"{service.url}whatsapp") as server:
        # The burst is sent by the loop in which this platform runs: while it stands still, messages that left one after
        # the other pile up before it, and it would count them in one second. At what pace they leave is tested in
        # tests/contract/test_whatsapp_send.py.
        server.limits.per_second = 10_000
        await asyncio.to_thread(service.start, **server.environment)
        people = [server.user(f"ID.{100 + n}", f"62812{n:06}") for n in range(PEOPLE)]
        events = [user.event("text", {"body": f"pesan {n}"}) for user in people for n in range(UNIQUE // PEOPLE)]
        burst = events * COPIES
        random.Random(3).shuffle(burst)
        try:
            deliveries = await asyncio.gather(*(server.webhook.post([event]) for event in burst))
        finally:
            await asyncio.to_thread(service.kill)
    seconds = [answer for delivery in deliveries for answer in delivery.seconds]
    with capsys.disabled():
        print(f"\n{figures('webhooks of WhatsApp', seconds)}")  # noqa: T201
    # on a busy machine the platform may have given up waiting (0), and asked again
    assert {answer for delivery in deliveries for answer in delivery.answers} <= {200, 0}
    assert server.flagged == []
    process = at_rest(tmp_path)
    try:
        kept = process.units.write_now(lambda s: [*s.scalars(select(InboxRow.external_id))])
        assert sorted(kept) == sorted(event.id for event in events)
        await process.inbound.resume()  # what was stored before it was handled, as the next process does
        await process.inbound.idle()
        for user in people:
            heard = await what_was_heard(process, "whatsapp", user.key)
            assert sorted(heard) == sorted(f"pesan {n}" for n in range(UNIQUE // PEOPLE))
    finally:
        await process.close()
