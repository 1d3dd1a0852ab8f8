"""A letter is checked by anybody: on the page, in the chat and offline, by its code and by its file."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, DummyCookieJar, FormData
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from bot.errors import OperatorError
from bot.handlers.webchat import Notifier
from bot.limits import Sender
from bot.runtime import letter_check
from bot.runtime.check import check_installation
from bot.runtime.letter_files import check_public_key, check_signing
from bot.runtime.web import application
from bot.settings import Settings
from domain.letter_seal import open_seal, public_key, public_text
from domain.office.profile import Office
from letters.signing import OfficeCertificate, certificate_facts, make_demo
from storage.register import by_code
from storage.secrets import Keys
from storage.tables import RegisterEntry
from tests.casework import issued, staffed
from tests.letter_files import (
    delivered,
    locked,
    newest_entry,
    of_pages,
    one_byte_changed,
    saved_again,
    scan,
    unpacking_to,
    with_script,
)
from tests.office_profiles import profile
from tests.program import run
from tests.talk import START, Talk, World

NETWORK = Sender(source="127.0.0.1")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """With one letter that was issued and delivered."""
    world = staffed(World(tmp_path_factory.mktemp("checks") / "var"))
    issued(world)
    asyncio.run(world.work())
    yield world
    world.stop()


@dataclass
class Visitor:
    """A browser without script, and without cookies."""

    client: ClientSession
    origin: str

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(path, headers=headers, allow_redirects=True) as response:
            assert "Set-Cookie" not in response.headers
            assert "script-src 'none'" in response.headers["Content-Security-Policy"]
            return response.status, await response.text()

    async def upload(self, content: bytes, name: str = "surat.pdf") -> tuple[int, str]:
        form = FormData(quote_fields=False)
        form.add_field("file", content, filename=name, content_type="application/pdf")
        async with self.client.post("/verify", data=form, headers={"Origin": self.origin}) as response:
            return response.status, await response.text()


@asynccontextmanager
async def visiting(world: World) -> AsyncIterator[Visitor]:
    server = TestServer(application(world.process, Notifier()))
    async with server, ClientSession(server.make_url("/"), cookie_jar=DummyCookieJar()) as client:
        yield Visitor(client, str(server.make_url("")).rstrip("/"))


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "JPEG")
    return out.getvalue()


async def test_the_page_behind_the_code_says_what_was_issued_in_both_languages(world: World) -> None:
    entry = newest_entry(world)
    async with visiting(world) as visitor:
        status, page = await visitor.get(f"/verify/{entry.code}")
        assert status == 200
        key = public_text(world.process.app.keys.letter_key().public_key())
        stated = (entry.number, entry.identity, entry.title, entry.organiser, "Layak", "Surat ini berlaku.")
        for shown in (*stated, "Tanpa tanda tangan elektronik; disahkan dengan kode QR bersegel", key):
            assert str(shown) in page
        assert "<script" not in page
        status, page = await visitor.get(f"/verify/{entry.code}?lang=en")
        assert "This letter is valid." in page and 'lang="en"' in page
        spelt = "%20".join(re.findall("..?", entry.code.lower()))
        assert entry.number in (await visitor.get(f"/verify?code={spelt}"))[1]
        for unknown in ("A" * 26, "abc", "%00", "..%2F..%2Fetc%2Fpasswd"):
            status, page = await visitor.get(f"/verify/{unknown}")
            assert (status, "tidak ada di register" in page) == (404, True), unknown
        assert "Tulis 26 huruf" in (await visitor.get("/verify?code=abc"))[1]


PAGE_ANSWERS: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "the letter": (lambda letter: letter, 200, "ASLI"),
    "one byte changed": (lambda letter: one_byte_changed(letter, 3000), 200, "BERUBAH"),
    "cut off": (lambda letter: letter[: len(letter) * 9 // 10], 200, "BERUBAH"),
    "locked": (locked, 422, "kata sandi"),
    "added to": (lambda letter: letter + b"\n%more", 200, "BERUBAH"),
    "saved again": (saved_again, 200, "BERUBAH"),
    "with a script": (with_script, 200, "BERUBAH"),
    "500 pages": (lambda _: of_pages(500), 200, "BUKAN DARI KAMI"),
    "nothing": (lambda _: b"", 422, "kosong"),
    "a photo": (lambda _: photo(), 422, "bukan foto atau hasil pindainya, atau tulis kodenya"),
    "unpacks to 300 MB": (lambda _: unpacking_to(300 * 1024 * 1024), 200, "BUKAN DARI KAMI"),
    "rubbish": (lambda _: b"%PDF-1.7\n" + b"1 0 obj <<" * 50_000, 422, "rusak"),
}


async def test_an_uploaded_file_is_judged_within_two_seconds(world: World) -> None:
    letter, entry = delivered(world), newest_entry(world)
    loop = asyncio.get_running_loop()
    async with visiting(world) as visitor:
        await visitor.upload(saved_again(letter))  # starts the child process
        for name, (made, status, words) in PAGE_ANSWERS.items():
            content, begun = made(letter), loop.time()
            answer = await visitor.upload(content)
            assert (answer[0], words in answer[1]) == (status, True), (name, answer[1])
            assert loop.time() - begun < 2, name
            assert (entry.number in answer[1]) == (words in {"ASLI", "BERUBAH"}), name


async def test_thirty_checks_a_minute_are_answered(world: World) -> None:
    world.process.limiter.give_back("checks", NETWORK, 30)
    async with visiting(world) as visitor:
        answers = [await visitor.get("/verify/" + "A" * 26) for _ in range(31)]
        assert [status for status, _ in answers].count(429) == 1
        assert answers[-1][0] == 429 and "satu menit" in answers[-1][1]
        assert (await visitor.get("/verify"))[0] == 200  # the form is still there


async def test_bodies_that_no_page_sends_are_refused(world: World) -> None:
    world.process.limiter.give_back("checks", NETWORK, 30)
    async with visiting(world) as visitor:
        headers = {"Origin": visitor.origin}
        kind = "multipart/form-data; boundary=x"
        for body, given, expected in (
            (b"code=1", {}, 400),
            (b"", {"Content-Type": kind}, 400),
            (b"rubbish", {"Content-Type": kind}, 400),
            (b"x" * (11 * 1024 * 1024), {"Content-Type": kind}, 413),
        ):
            async with visitor.client.post("/verify", data=BytesIO(body), headers=headers | given) as response:
                assert response.status == expected
        async with visitor.client.post("/verify", data=b"", headers={"Origin": "https://evil.example"}) as response:
            assert response.status == 403


def test_the_chat_judges_codes_and_files(world: World) -> None:
    entry, letter = newest_entry(world), delivered(world)
    talk = Talk(world, "warga")
    talk.say("halo")
    talk.say(f"/cek {entry.code.lower()}")
    assert "Surat ini berlaku." in talk.last and entry.number in talk.last
    talk.say("/cek")
    assert "Kirim berkas PDF suratnya" in talk.last
    files: dict[str, tuple[Callable[[bytes], bytes], str]] = {
        "surat.pdf": (lambda letter: letter, "ASLI"),
        "ubah.pdf": (lambda letter: one_byte_changed(letter, 3000), "BERUBAH"),
        "lain.pdf": (lambda _: of_pages(2), "BUKAN DARI KAMI"),
        "foto.jpg": (lambda _: photo(), "Kirim berkas PDF aslinya, atau tulis kode di samping kode QR."),
        "kunci.pdf": (locked, "kata sandi"),
    }
    for name, (made, words) in files.items():
        talk.send((name, made(letter)))
        assert words in talk.last, (name, talk.last)
    talk.say("A" * 26)
    assert "tidak ada di register" in talk.last
    talk.say("apa?")
    assert "26 huruf dan angka" in talk.last
    talk.say("/menu")
    talk.say(f"cek {world.process.app.verify_address}{entry.code}")
    assert entry.number in talk.last


@pytest.mark.poppler
async def test_a_printed_letter_is_genuine_by_code_by_file_and_offline_and_a_changed_byte_is_not(
    world: World, tmp_path: Path
) -> None:
    entry, letter = newest_entry(world), delivered(world)
    changed = one_byte_changed(letter, 3000)
    said = scan(letter, tmp_path)
    facts = open_seal(said, world.process.app.keys.letter_key().public_key())
    assert (facts.number, facts.identity, facts.code) == (entry.number, entry.identity, entry.code)
    async with visiting(world) as visitor:
        _, page = await visitor.get("/verify/" + said.partition("#")[0].rpartition("/")[2])
        assert entry.number in page and "Surat ini berlaku." in page
        assert "ASLI" in (await visitor.upload(letter))[1]
        assert "BERUBAH" in (await visitor.upload(changed))[1]
        assert entry.number in (await visitor.get(f"/verify?code={entry.code}"))[1]
    key = public_text(world.process.app.keys.letter_key().public_key())
    (tmp_path / "asli.pdf").write_bytes(letter)
    (tmp_path / "ubah.pdf").write_bytes(changed)
    answer = await asyncio.to_thread(run, tmp_path, "verify", "asli.pdf", "--key", key)
    assert (answer.returncode, answer.stdout.split(":")[0]) == (0, "GENUINE"), answer
    for what, words in (
        (said, "GENUINE"),
        (str(tmp_path / "ubah.pdf"), "CHANGED"),
        (said.replace("#1.Q", "#1.R"), "NOT FROM THIS OFFICE"),
    ):
        is_genuine, lines = await asyncio.to_thread(letter_check.check, what, key)
        assert (is_genuine, lines[0].split(":")[0]) == (words == "GENUINE", words)


def test_whoever_has_the_profile_checks_letters_and_a_service_with_another_key_does_not_start(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "surat.pdf").write_bytes(delivered(world))
    monkeypatch.setenv("PST_DATA_DIR", str(tmp_path / "none"))
    own = public_text(world.process.app.keys.letter_key().public_key())
    for named, outcome in ((own, "GENUINE"), (public_text(Ed25519PrivateKey.generate().public_key()), "NOT FROM")):
        office = profile(tmp_path, ('public_key = ""', f'public_key = "{named}"'))
        monkeypatch.setenv("PST_OFFICE", str(office))
        _, lines = letter_check.check(str(tmp_path / "surat.pdf"), "")
        assert lines[0].startswith(outcome)
        found = asyncio.run(check_installation(Settings(data_dir=world.folder, office=office), world.now))
        assert any("Kunci: bukan kunci yang disebut" in line.what.msgid for line in found) == (outcome != "GENUINE")
    other = World(tmp_path / "var", office=tmp_path / "office.toml")
    with pytest.raises(OperatorError, match=r"^\[signing\] public_key: letters would be sealed with another key, "):
        check_signing(other.process, other.now)
    other.stop()


def test_letters_of_a_former_key_are_checked_by_whoever_has_the_profile(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "surat.pdf").write_bytes(delivered(world))
    monkeypatch.setenv("PST_DATA_DIR", str(tmp_path / "none"))
    day = newest_entry(world).day
    former, new = world.process.app.keys, Keys(b"a newer secret of more than 32 bytes", b"x" * 32)
    old = public_text(former.letter_key().public_key())

    def named(until: date) -> Office:
        own = f'public_key = "{public_text(new.letter_key().public_key())}"'
        office = profile(
            tmp_path,
            ('public_key = ""', own),
            ("former_keys = []", f'former_keys = [{{ public_key = "{old}", until = {until} }}]'),
        )
        monkeypatch.setenv("PST_OFFICE", str(office))
        return Office.load(office)

    for until, outcome in ((day, "GENUINE"), (day - timedelta(days=1), "NOT FROM")):
        named(until)
        assert letter_check.check(str(tmp_path / "surat.pdf"), "")[1][0].startswith(outcome)
    with pytest.raises(OperatorError, match=r"^\[signing\] former_keys: .* name it with the last day"):
        check_public_key(named(day), new)


def test_a_revoked_letter_says_so(world: World) -> None:
    code = newest_entry(world).code

    def revoke(session: object, state: str, reason: str) -> RegisterEntry | None:
        entry = by_code(session, code)  # type: ignore[arg-type]
        assert entry is not None
        entry.state, entry.reason = state, reason
        return entry

    world.process.units.write_now(lambda session: revoke(session, "revoked", "salah judul"))
    talk = Talk(world, "warga dua")
    talk.say("halo")
    talk.say(f"/cek {code}")
    world.process.units.write_now(lambda session: revoke(session, "valid", ""))
    assert "sudah dicabut" in talk.last and "salah judul" in talk.last


@pytest.mark.poppler
def test_a_letter_that_the_office_signs_itself_reaches_its_applicant_whole(tmp_path: Path) -> None:
    """From the director's button to the applicant's file, which independent readers and our own checks accept."""
    p12 = tmp_path / "kantor.p12"
    make_demo(p12, "rahasia", "BPS Kabupaten Jeneponto", START)
    office = profile(tmp_path, ('way = "none" ', 'way = "certificate" '))
    settings = {"signing_p12": p12, "signing_password": "salah"}
    world = staffed(World(tmp_path / "var", office=office, settings=settings))
    issued(world)
    asyncio.run(world.work())
    assert told(world) == 0  # the password is wrong: nothing goes out, and nothing is lost
    world.stop()
    world.settings = {**settings, "signing_password": "rahasia"}
    world.start()
    world.now += timedelta(minutes=2)
    asyncio.run(world.work())
    assert told(world) == 1
    letter, entry = delivered(world), newest_entry(world)
    (tmp_path / "letter.pdf").write_bytes(letter)
    judge = subprocess.run(
        ("pdfsig", "-nocert", str(tmp_path / "letter.pdf")), capture_output=True, text=True, check=True
    )
    assert "Signature is Valid" in judge.stdout and "Total document signed" in judge.stdout
    words = subprocess.run(("pdftotext", str(tmp_path / "letter.pdf"), "-"), capture_output=True, text=True, check=True)
    assert "02/03/2026 pukul 09." in words.stdout and " WITA" in words.stdout, "the stamp has the office's zone"
    talk = Talk(world, "warga")
    talk.say("halo")
    talk.say("/cek")
    talk.send(("surat.pdf", letter))
    assert "ASLI" in talk.last and entry.number in talk.last
    talk.send(("surat.pdf", one_byte_changed(letter, 3000)))
    assert "BERUBAH" in talk.last
    key = public_text(world.process.app.keys.letter_key().public_key())
    assert open_seal(scan(letter, tmp_path), public_key(key)).way == "certificate"
    is_genuine, lines = letter_check.check(str(tmp_path / "letter.pdf"), key)
    signer = certificate_facts(OfficeCertificate(p12, "rahasia"))
    assert is_genuine and lines[-1] == f"signature\t{signer.name}, certificate SHA-256 {signer.fingerprint}"
    world.stop()


def told(world: World) -> int:
    """How many mails brought a letter to its applicant."""
    return sum("sudah terbit" in subject for _, subject, _ in world.mails())
