"""The director signs a letter with BSrE, on a page behind a one-time link. The service is our own strict server."""

from __future__ import annotations

import asyncio
import re
import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from bot.errors import OperatorError
from bot.handlers.esign import EsignClient
from bot.runtime.letter_files import check_signing
from bot.service import corrections
from bot.service.letter_facts import LetterChanges
from bot.settings import Settings
from domain.letter_signing import EsignFailed, SigningSecret, is_same_person
from storage import jobs
from storage.inspection.letters import read_letter
from storage.tables import Letter, SigningKey
from tests.casework import APPLICANT, DIRECTOR, do, issued, on, staffed
from tests.letter_files import delivered, newest_entry, of_pages
from tests.office_profiles import profile
from tests.platforms.esign import SUBSCRIBER, esign_server
from tests.program import run
from tests.server_certificates import server_certificate
from tests.signing_site import ADDRESS, NIK, PASSPHRASE, signing_site
from tests.talk import Talk, World

ARABIC_DIGITS = {ord(str(digit)): chr(0x660 + digit) for digit in range(10)}


@pytest.mark.poppler
async def test_the_director_signs_on_a_page_and_the_applicant_gets_a_letter_that_pdfsig_accepts(tmp_path: Path) -> None:
    async with signing_site(tmp_path) as office:
        application_id = await office.letter()
        path = await office.link(application_id)
        status, page = await office.get(path)
        assert status == 200 and newest_entry(office.world).number in page and 'type="password"' in page
        assert await office.get(path) == (status, page)  # looking does not use it up
        assert office.mails() == 0

        status, page = await office.post(path)
        assert status == 200 and "sudah ditandatangani atas nama DIREKTUR" in page
        await office.work()
        assert office.mails() == 1
        letter = delivered(office.world)
        (tmp_path / "surat.pdf").write_bytes(letter)
        command = ("pdfsig", "-nocert", str(tmp_path / "surat.pdf"))
        said = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "Signature is Valid." in said.stdout and "Total document signed" in said.stdout
        assert "Signer Certificate Common Name: DIREKTUR" in said.stdout

        applicant = Talk(office.world, APPLICANT)
        await asyncio.to_thread(applicant.say, f"/cek {newest_entry(office.world).code}")
        assert "Surat ini berlaku." in applicant.last
        await asyncio.to_thread(applicant.send, ("surat.pdf", letter))
        assert "ASLI" in applicant.last
        status, page = await office.get(f"/verify/{newest_entry(office.world).code}")
        assert "melalui BSrE" in page
        assert (await office.post(path))[0] == 404  # the link was used up
        assert office.esign.calls == ["status", "sign", "verify"]


#: what the service does, and what the page says then
FAULTS = (
    ("busy", "tidak dapat dihubungi"),
    ("broken", "menolak permintaan"),
    ("cut", "tidak dapat dihubungi"),
    ("moved", "menolak permintaan"),
    ("other", "bukan tanda tangan yang sah"),
    ("unsigned", "bukan tanda tangan yang sah"),
)


async def test_what_goes_wrong_is_said_and_the_letter_can_be_signed_again_and_nothing_secret_is_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with capture_logs() as events:
        async with signing_site(tmp_path) as office:
            office.esign.add("7304010101700002", "a", "Direktur", status="EXPIRED")
            office.esign.add("7304010101700003", "a", "Direktur", ended=True)
            office.esign.add("7304010101700004", "a", "Bukan Orangnya")
            path = await office.link(await office.letter())
            for nik, passphrase, why in (
                ("730401", PASSPHRASE, "16 angka"),
                (NIK.translate(ARABIC_DIGITS), PASSPHRASE, "16 angka"),
                (NIK, "", "Isi passphrase"),
                (NIK, "salah-sekali", "Passphrase-nya salah"),
                ("7304010101709999", "a", "tidak terdaftar"),
                ("7304010101700002", "a", "tidak berlaku"),
                ("7304010101700003", "a", "bukan tanda tangan yang sah"),
                ("7304010101700004", "a", "atas nama Bukan Orangnya"),
            ):
                status, page = await office.post(path, nik, passphrase)
                assert status == 422 and why in page, page
                path = _next(page)
            for fault, why in FAULTS:
                office.esign.fault = fault
                status, page = await office.post(path)
                assert status == 422 and why in page, (fault, page)
                path = _next(page)
            office.esign.password, known = "another", office.esign.password
            status, page = await office.post(path)
            assert status == 422 and "menolak permintaan" in page
            office.esign.password = known
            await office.work()
            assert office.mails() == 0
            path = _next(page)
            status, page = await office.post(path)
            assert status == 200 and "sudah ditandatangani" in page
            await office.work()
            assert office.mails() == 1
    logged = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]  # of test servers
    said = "\n".join([*capfd.readouterr(), *logged, *map(str, events)])
    assert "BSrE refused a request" in said
    kept = b"".join(each.read_bytes() for each in (tmp_path / "var").rglob("*") if each.is_file())
    for secret in (NIK, PASSPHRASE, "salah-sekali", path.rpartition("/")[2]):
        assert secret not in said
        assert secret.encode() not in kept


async def test_a_service_that_does_not_answer_in_time_is_given_up() -> None:
    async with esign_server() as server:
        server.add(NIK, PASSPHRASE, "Direktur")
        server.fault = "slow"
        client = EsignClient(server.base, server.user, server.password, timeout=0.2)
        with pytest.raises(EsignFailed, match="timeout"):
            await client.sign(of_pages(1), NIK, SigningSecret(PASSPHRASE), "Jeneponto")
        await client.close()


async def test_the_director_signs_with_a_code_that_bsre_mails(tmp_path: Path) -> None:
    async with signing_site(tmp_path) as office:
        path = await office.link(await office.letter())
        status, page = await office.post(path, passphrase="", act="send_code")
        assert status == 200 and "sudah mengirim kode OTP" in page and f'value="{NIK}"' in page
        assert (await office.get(path))[0] == 404  # asking uses the link up, and gives another one
        status, page = await office.post(_next(page), passphrase=PASSPHRASE, code=office.esign.codes[NIK])
        assert status == 422 and "salah satu saja" in page
        status, page = await office.post(_next(page), passphrase="", code="000")
        assert status == 422 and "tidak menerima kode OTP itu" in page
        status, page = await office.post(_next(page), "7304010101709999", "", act="send_code")
        assert status == 422 and "tidak terdaftar" in page
        status, page = await office.post(_next(page), passphrase="", act="send_code")
        code = office.esign.codes[NIK]
        status, page = await office.post(_next(page), passphrase="", code=f"{code[:3]} {code[3:]}")
        assert status == 200 and "sudah ditandatangani" in page
        await office.work()
        assert office.mails() == 1
        assert office.esign.calls[-3:] == ["status", "sign", "verify"]
    kept = b"".join(each.read_bytes() for each in (tmp_path / "var").rglob("*") if each.is_file())
    assert NIK.encode() not in kept and code.encode() not in kept


async def test_a_letter_gets_the_seal_of_the_office_before_the_director_signs_it(tmp_path: Path) -> None:
    async with signing_site(tmp_path, SUBSCRIBER) as office:
        path = await office.link(await office.letter())
        status, page = await office.post(path)
        assert status == 422 and "Segel elektronik kantor di BSrE tidak aktif" in page
        environment = {**office.esign.environment, "PST_OFFICE": str(tmp_path / "office.toml")}
        run_seal = partial(run, tmp_path, "seal", **environment, PST_BSRE_SEAL=SUBSCRIBER)
        assert "has mailed a code" in (await asyncio.to_thread(run_seal, "request")).stdout
        wrong = await asyncio.to_thread(run_seal, "activate", "--code", "123")
        assert (wrong.returncode, wrong.stderr) == (2, "pst-bot: PST_BSRE_SEAL: BSrE has not done it (seal).\n")
        mailed = office.esign.activation
        assert "The seal is active." in (await asyncio.to_thread(run_seal, "activate", "--code", mailed)).stdout
        office.esign.activation = "000000"  # as when we died between its next one and storing that
        status, page = await office.post(_next(page))
        assert status == 422 and "tidak aktif" in page
        assert "has mailed a code" in (await asyncio.to_thread(run_seal, "request")).stdout
        mailed = office.esign.activation
        assert "The seal is active." in (await asyncio.to_thread(run_seal, "activate", "--code", mailed)).stdout
        activation = office.esign.activation
        status, page = await office.post(_next(page), passphrase="salah")
        assert status == 422 and "Passphrase-nya salah" in page
        assert office.esign.activation != activation  # it was exchanged for the next one, which holds now
        status, page = await office.post(_next(page))
        assert status == 200 and "sudah ditandatangani atas nama DIREKTUR" in page
        await office.work()
        assert office.mails() == 1
        reading = await asyncio.to_thread(read_letter, delivered(office.world))
        assert [signature.signer for signature in reading.signatures] == ["SEGEL BPS", "DIREKTUR"]
        assert office.esign.calls[-6:] == ["activation", "seal code", "seal", "status", "sign", "verify"]
        kept = b"".join(each.read_bytes() for each in (tmp_path / "var").rglob("*") if each.is_file())
        assert office.esign.activation.encode() not in kept and mailed.encode() not in kept


async def test_the_service_is_asked_over_https_and_only_where_its_authority_is_trusted(tmp_path: Path) -> None:
    for url in ("http://esign.example.go.id", "http://10.10.20.204", "ftp://127.0.0.1", "esign.example.go.id"):
        with pytest.raises(ValidationError, match="begin it with https://"):
            Settings(bsre_url=url)
    tls = server_certificate(tmp_path / "service.pem")
    server_certificate(tmp_path / "another.pem")
    async with esign_server(tls) as server:
        assert server.base.startswith("https://")
        server.add(NIK, PASSPHRASE, "Direktur")
        for authority in (None, "another.pem", "service.pem"):
            path = tmp_path / authority if authority else None
            client = EsignClient(server.base, server.user, server.password, 5, authority=path)
            try:
                if authority == "service.pem":
                    await client.send_code(NIK)
                else:
                    with pytest.raises(EsignFailed, match="unreachable"):
                        await client.send_code(NIK)
            finally:
                await client.close()
        assert server.calls == ["status", "code"]


async def test_a_link_is_for_its_director_and_its_letter_and_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async with signing_site(tmp_path) as office:
        application_id = await office.letter()
        for who in ("siti", APPLICANT):
            talk = Talk(office.world, who)
            await asyncio.to_thread(talk.press, f"signed:page:{application_id}")
            assert talk.told[-1].prompt.link is None
        old = await office.link(application_id)
        first, second = await office.link(application_id), await office.letter()
        assert (await office.post(old))[0] == 404  # only the newest link holds
        assert (await office.post(f"/sign/{'a' * 43}"))[0] == 404
        other = await office.link(second)
        answers = await asyncio.gather(office.post(other), office.post(other))
        assert sorted(status for status, _ in answers) == [200, 404]
        assert (await office.get(first))[0] == 200

        past = update(SigningKey).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        office.world.process.units.write_now(lambda session: session.execute(past))
        assert (await office.get(first))[0] == (await office.post(first))[0] == 404
        office.world.process.units.write_now(lambda s: jobs.add(s, "forget", "forget", datetime.now(UTC), {}))
        await office.work()
        assert office.world.process.units.write_now(lambda session: session.query(SigningKey).count()) == 0
        third = await office.link(application_id)
        letter_id = _letter_of(office.world, application_id)
        do(
            office.world,
            DIRECTOR,
            on(application_id, lambda ctx, case: corrections.revoke_letter(ctx, case, letter_id, "Keliru.")),
        )
        assert (await office.post(third))[0] == 404  # a revoked letter is not signed
        assert office.esign.calls.count("sign") == 1


def test_a_service_without_the_settings_of_bsre_does_not_start(tmp_path: Path) -> None:
    world = World(tmp_path / "var", office=profile(tmp_path, ('way = "none" ', 'way = "bsre" ')))
    try:
        with pytest.raises(OperatorError, match=r"^PST_BSRE_URL: .*set PST_BSRE_URL and .* and PST_PUBLIC_URL\.$"):
            check_signing(world.process, world.now)
    finally:
        world.stop()
    (tmp_path / "office-ca.pem").write_text("no certificate")
    told = {"bsre_url": "https://esign.example.go.id", "bsre_user": "a", "bsre_password": "b", "public_url": ADDRESS}
    for name in ("office-ca.pem", "missing.pem"):
        world.settings = {**told, "bsre_ca": tmp_path / name}
        world.restart()
        with pytest.raises(OperatorError, match=rf"^PST_BSRE_CA: .*{name} is no PEM file with a certificate\.$"):
            check_signing(world.process, world.now)
        world.stop()


def test_a_letter_that_waits_is_prepared_anew_when_the_office_leaves_bsre(tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "var", office=profile(tmp_path, ('way = "none" ', 'way = "bsre" '))))
    application_id = issued(world)
    asyncio.run(world.work())
    world.office = None
    world.restart()
    director = Talk(world, DIRECTOR)
    director.press(f"signed:page:{application_id}")
    assert "tidak lagi menandatangani surat melalui BSrE" in director.last
    amend = LetterChanges(recipient="Bupati Jeneponto")
    letter_id = _letter_of(world, application_id)
    do(
        world,
        DIRECTOR,
        on(application_id, lambda ctx, case: corrections.amend_letter(ctx, case, letter_id, amend)),
    )
    asyncio.run(world.work())
    assert sum("sudah terbit" in subject for _, subject, _ in world.mails()) == 1
    world.stop()


@pytest.mark.parametrize(
    ("certified", "signer", "same"),
    [
        ("SITTI AMINAH", "Ir. Hj. Sitti Aminah, M.Si.", True),
        ("Dr. Sitti Aminah, S.ST", "Sitti Aminah", True),
        ("M. Ma’ruf", "Dr. Ma’ruf Amin, M.M.", True),
        ("Sitti Aminah", "Sitti Rahma", False),
        ("Aminah", "Siti Rahma", False),
        ("", "Sitti Aminah", False),
        ("S. ST.", "Sitti Aminah", False),
    ],
)
def test_names_are_compared_without_titles(certified: str, signer: str, same: bool) -> None:
    assert is_same_person(certified, signer) is same


def _next(page: str) -> str:
    found = re.search(r'action="(/sign/[A-Za-z0-9_-]{43})"', page)
    assert found is not None, page
    return found[1]


def _letter_of(world: World, application_id: int) -> int:
    query = select(func.max(Letter.id)).where(Letter.application_id == application_id)
    return int(world.process.units.write_now(lambda session: session.scalars(query).one() or 0))
