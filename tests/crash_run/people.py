"""Who takes part in a round, on which platform, and what each of them does from the first word to the letter."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.crash.page import Page
from tests.crash.phone import Shown, act
from tests.crash.telegram_phone import TelegramHandset, TelegramPlatform
from tests.crash.whatsapp_phone import WhatsApp, WhatsAppPhone
from tests.crash_run.installation import Installation
from tests.page_cookies import address_of, token_of
from tests.unit.check_cases import SURVEY

#: who → where they are; the number of the phone is the place in this table
PEOPLE = {
    "Siti": "telegram",
    "Rahmat": "webchat",
    "Direktur": "webchat",
    "Ani": "telegram",
    "Budi": "telegram",
    "Cici": "whatsapp",
    "Dodi": "whatsapp",
    "Eka": "webchat",
}
OFFICERS, DIRECTOR = ("Siti", "Rahmat"), "Direktur"
APPLICANTS = tuple(name for name in PEOPLE if name not in {*OFFICERS, DIRECTOR})
NUMBER = re.compile(r"REK-\d{4}-\d{4}")

#: seconds in which an answer must come, whatever happens meanwhile
PATIENCE = 240.0
#: share of the updates that come twice, and that come late or in another order
DOUBLED, REORDERED = 0.2, 0.2
LOOK = 0.05
#: seconds after which somebody skips a question once more, if nothing came of it: it had not been asked yet
SKIPS_AGAIN = 30.0

PURPOSE = "Menghasilkan jumlah kunjungan dan cakupan pelayanan menurut kecamatan, dengan sepuluh indikator."


@dataclass
class Disorder:
    """What comes twice, and what comes late. `chance` none: all comes once and in order."""

    chance: random.Random | None
    counts: Counter[str] = field(default_factory=Counter)

    def happens(self, what: str, share: float) -> bool:
        self.counts["updates"] += what == "doubled"
        happens = self.chance is not None and self.chance.random() < share
        self.counts[what] += happens
        return happens

    def pick(self, number: int) -> int:
        assert self.chance is not None
        return self.chance.randrange(number)


class TelegramPerson:
    def __init__(self, platform: TelegramPlatform, number: int, disorder: Disorder) -> None:
        self._server, self._disorder = platform.server, disorder
        self._handset: TelegramHandset = platform.phone(number)
        self.address = self._handset.address

    async def does(self, words: str) -> None:
        updates = self._server.updates
        if self._disorder.happens("doubled", DOUBLED):
            updates.deliver_twice()
        late = self._disorder.happens("reordered", REORDERED)
        if late:
            updates.hold(int(self.address))
        await act(self._handset, words)
        if late:
            await asyncio.sleep(0.2)
            updates.release(reversed)
            taken = [update for update in updates.history if update.taken]
            updates.redeliver(*taken[self._disorder.pick(len(taken)) :][:1] if taken else ())

    @property
    def shown(self) -> list[Shown]:
        return [Shown(text, file) for _, text, file in self._handset.person.chat.shown]


class WhatsAppPerson:
    def __init__(self, platform: WhatsApp, number: int, disorder: Disorder) -> None:
        self._webhook, self._disorder = platform.server.webhook, disorder
        self._phone: WhatsAppPhone = platform.phone(number)
        self.address = self._phone.address

    async def does(self, words: str) -> None:
        webhook = self._webhook
        before = len(webhook.deliveries)
        await act(self._phone, words)
        while len(webhook.deliveries) == before:
            await asyncio.sleep(0)  # it is sent in the background
        if self._disorder.happens("doubled", DOUBLED):
            webhook.background(webhook.post(webhook.deliveries[before].events))
        if self._disorder.happens("reordered", REORDERED):
            taken = [delivery for delivery in webhook.deliveries if delivery.taken]
            earlier = taken[self._disorder.pick(len(taken)) :][:1] if taken else []
            webhook.background(webhook.replay(earlier))

    @property
    def shown(self) -> list[Shown]:
        return self._phone.shown


class PagePerson:
    """Its page sends again whatever was not accepted."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.address = address_of(token_of(name))

    async def does(self, words: str) -> None:
        await self.page.do(words)

    @property
    def shown(self) -> list[Shown]:
        told = [frame for _, frame in sorted(self.page.shown.items()) if frame["dir"] == "out"]
        return [Shown(frame["text"], (frame.get("file") or {}).get("name", "")) for frame in told]


Phone = TelegramPerson | WhatsAppPerson | PagePerson


@dataclass
class Person:
    name: str
    phone: Phone
    installation: Installation
    steps: list[str] = field(default_factory=list)  #: what they have done

    async def does(self, words: str, answer: str) -> str:
        """Gives the message with the answer, when all that there is to say has been said.

        Where the service asks whether words were meant for its question, or to say them again, they do.
        """
        self.steps.append(words)
        mark = len(self.phone.shown)
        await self.phone.does(words)
        return await self.hears(answer, mark)

    async def hears(self, answer: str, mark: int = 0) -> str:
        until, asked = time.monotonic() + PATIENCE, mark or len(self.phone.shown)
        again_at = time.monotonic() + SKIPS_AGAIN
        while True:
            shown = self.phone.shown
            found = next((seen.words for seen in shown[mark:] if answer in seen.words), None)
            if found is not None and not await self.installation.owed(self.phone.address):
                return found
            if found is None and any(OFFERED in seen.words for seen in shown[asked:]):
                asked = len(shown)
                await self.phone.does("[Ya, pakai]")
            elif found is None and any(TOO_EARLY in seen.words for seen in shown[asked:]):
                asked = len(shown)
                await self.phone.does(self.steps[-1])
            elif found is None and self.steps[-1:] and self.steps[-1].startswith(SKIP) and time.monotonic() > again_at:
                again_at += SKIPS_AGAIN
                await self.phone.does(self.steps[-1])
            self.installation.check_keeping()
            assert time.monotonic() < until, self._complaint(answer)
            await asyncio.sleep(LOOK)

    def _complaint(self, answer: str) -> str:
        last = "".join(f"\n  {seen.words[:200]!r}" for seen in self.phone.shown[-4:])
        return f"{self.name} did {self.steps[-3:]} and waited for {answer!r}; the screen ends with{last}"


SKIP = "lewati"
#: the service asks whether a message was meant for the open question
OFFERED = "Pesan Anda ini belum dipakai."
#: the service asks to say it again: by WhatsApp's clock it was said before the question, as when ours is ahead
TOO_EARLY = "Silakan tulis sekali lagi."


@dataclass
class Round:
    """The applications of one round. `number_of`: applicant → number, once they have it."""

    people: dict[str, Person]
    officers: dict[str, asyncio.Lock] = field(default_factory=lambda: {name: asyncio.Lock() for name in OFFICERS})
    director: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def goes(self) -> None:
        """Everybody at once."""
        async with asyncio.TaskGroup() as group:
            for index, name in enumerate(APPLICANTS):
                group.create_task(self._applies(self.people[name], OFFICERS[index % len(OFFICERS)]))

    async def _applies(self, applicant: Person, officer: str) -> None:
        number = await fill_in(applicant)
        desk = self.people[officer]
        async with self.officers[officer]:
            await ask_for_revision(desk, number)
        await revise(applicant, number)
        async with self.officers[officer]:
            await decide(desk, number)
        async with self.director:
            await issue(self.people[DIRECTOR], number)
        await applicant.hears(f"Surat untuk permohonan {number} sudah terbit")
        await rate(applicant)


Steps = tuple[tuple[str, str], ...]

FILLING: Steps = (
    ("halo", "Apa yang dapat kami bantu?"),
    ("[Lanjutkan permohonan]", "0.1 Judul Kegiatan"),
    (str(SURVEY["judul_kegiatan"]), "0.4 Cara Pengumpulan Data"),
    ("[Survei]", "✓ 0.4: Survei"),
    ("(foto.jpg)", "✓ 9.1 diterima"),
    ("(kuesioner.docx, tabel.xlsx, pedoman.pdf)", "✓ 9.2 diterima"),
    (SKIP, "9.3 dilewati."),
    (f"{SKIP} semua sisanya", "Isian Anda lengkap"),
)


async def fill_in(applicant: Person) -> str:
    """The number of the application."""
    for words, answer in FILLING:
        one_file = isinstance(applicant.phone, PagePerson) and words.startswith("(")
        await applicant.does(words.split(",")[0].rstrip(")") + ")" if one_file else words, answer)
    received = await applicant.does("[Kirim sekarang]", "sudah kami terima dengan nomor")
    found = NUMBER.search(received)
    assert found, received
    return found[0]


async def _all(person: Person, *steps: tuple[str, str]) -> None:
    for words, answer in steps:
        await person.does(words, answer)


async def ask_for_revision(officer: Person, number: str) -> None:
    await _all(
        officer,
        (f"/periksa {number}", "Status: Baru masuk"),
        ("[Ambil permohonan]", "sekarang Anda pegang"),
        ("[Tulis catatan]", "Catatan untuk butir mana?"),
        ("3.2", "3.2 Tujuan Kegiatan"),
        ("Mohon sebutkan indikator yang dihasilkan.", "Sudah benar? Tekan Simpan."),
        ("[Simpan]", "✓ Catatan 1 untuk 3.2 tersimpan."),
        ("[Minta perbaikan]", f"Permintaan perbaikan untuk {number}"),
        ("[Ya, minta perbaikan]", "Permintaan perbaikan dijalankan pada"),
    )
    await officer.hears(f"✓ Pemohon sudah diminta memperbaiki. Permohonan {number}.")


async def revise(applicant: Person, number: str) -> None:
    await applicant.hears(f"Permohonan {number} sudah diperiksa.")
    await _all(
        applicant,
        ("[Perbaiki sekarang]", "Perbaikan permohonan"),
        (PURPOSE, "Tulisan baru Anda"),
        ("[Ganti semua]", "✓ 3.2: Menghasilkan"),
        ("[Kirim sekarang]", f"Perbaikan permohonan {number} sudah kami terima"),
    )


async def decide(officer: Person, number: str) -> None:
    await officer.hears(f"Perbaikan permohonan {number} sudah masuk")
    await _all(
        officer,
        (f"/periksa {number}", "(sudah dijawab)"),
        ("[Periksa perbaikan]", "Sekarang: Menghasilkan"),
        ("[Terima jawaban 1 (3.2)]", "✓ Semua catatan sudah ditutup."),
        ("[Putuskan]", "Apa hasil pemeriksaannya?"),
        ("[Layak]", "Tulis alasannya"),
        ("Rancangan lengkap dan jelas.", "Sudah benar? Tekan Lanjut."),
        ("[Lanjut]", "Apa yang perlu diperhatikan pemohon?"),
        ("[Tidak ada]", "Putuskan sekarang?"),
        ("[Ya, putuskan]", "Putusan dijalankan pada"),
    )
    await officer.hears(f"Konsep surat untuk {number} sudah siap.")
    await _all(
        officer,
        (f"/periksa {number}", "Status: Surat disusun"),
        ("[Kirim ke direktur]", f"Kirim konsep surat untuk {number} kepada direktur?"),
        ("[Ya, kirim ke direktur]", "Surat sudah dikirim kepada direktur."),
    )


async def issue(director: Person, number: str) -> None:
    await _all(
        director,
        (f"/periksa {number}", "Status: Menunggu terbit"),
        ("[Terbitkan]", f"Terbitkan surat untuk {number}?"),
        ("[Ya, terbitkan]", "Penerbitan surat dijalankan pada"),
    )
    await director.hears(f"Permohonan {number}.")


async def rate(applicant: Person) -> None:
    await _all(
        applicant,
        ("[★★★★★ 5 bintang]", "Anda memberi ★★★★★."),
        ("Cepat dan ramah.", "Sudah benar? Tekan Kirim."),
        ("[Kirim]", "komentar Anda sudah kami simpan"),
    )
