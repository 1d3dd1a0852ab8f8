"""The e-mail channel: files on disk, and a real mail server."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.channel import Delivered, Outgoing, SendFailed, StoredFile
from bot.chat import Attachment, Prompt
from bot.handlers.email import EmailChannel, send
from domain.text import verbatim
from tests.contract.mails import OFFICE, PDF, WITA, code_mail, outgoing, part
from tests.platforms.smtp.sink import CUT, HANG, smtp_sink
from tests.server_certificates import server_certificate

SENDER = "Layanan Rekomendasi <layanan@bps.example.org>"
PASSWORD = "ra#hasia/@50%"
PASSWORD_IN_URL = "ra%23hasia%2F%4050%25"


def channel(
    mail_dir: Path, url: str = "", timeout: float = 5.0, files: dict[int, StoredFile] | None = None
) -> EmailChannel:
    async def attachment(file: int) -> StoredFile | None:
        return (files or {}).get(file)

    return EmailChannel(url, mail_dir, SENDER, OFFICE, WITA, attachment, timeout=timeout)


async def failure(sending: EmailChannel, message: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await sending.send(message)
    return caught.value


@pytest.mark.parametrize(
    "address", ["", "ani", "ani@", "@example.org", "a@b@c d", "ani@example.org\r\nBcc: x@y.z", "a..b@c.d"]
)
async def test_an_address_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    failed = await failure(channel(tmp_path), outgoing(code_mail(), address))
    assert failed.kind == "refused"


# Written into a file


async def test_without_a_server_the_mail_becomes_a_file_that_only_the_service_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "mail"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    delivered = await channel(folder).send(outgoing(code_mail()))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (file,) = folder.iterdir()
    assert file.name == "outbox-17.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert delivered == Delivered((mail["Message-ID"],))


async def test_a_mail_that_is_dropped_twice_is_one_file(tmp_path: Path) -> None:
    await channel(tmp_path).send(outgoing(code_mail()))
    before = (tmp_path / "outbox-17.eml").read_text()
    await channel(tmp_path).send(outgoing(code_mail()))
    after = (tmp_path / "outbox-17.eml").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["outbox-17.eml"]
    assert re.sub("=+[0-9]+==", "", before) == re.sub("=+[0-9]+==", "", after)


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    assert (await failure(channel(tmp_path / "mail"), outgoing(code_mail()))).kind == "unreachable"


# Over SMTP


async def test_a_mail_reaches_the_server_with_its_file(tmp_path: Path) -> None:
    prompt = Prompt(verbatim("Terlampir surat Anda.\n.\nTitik."), attachment=Attachment(5, "surat.pdf"))
    async with smtp_sink() as sink:
        await channel(tmp_path, f"smtp://127.0.0.1:{sink.port}", files={5: PDF}).send(outgoing(prompt))
    assert sink.recipients == ["ani@dinas.example.org"]
    (mail,) = sink.mails
    assert part(mail, "plain").startswith("Terlampir surat Anda.\n.\nTitik.\n")
    assert [file.get_content() for file in mail.iter_attachments()] == [PDF.content]
    assert not list(tmp_path.iterdir())


async def test_a_mail_whose_file_is_gone_is_not_sent_without_it(tmp_path: Path) -> None:
    prompt = Prompt(verbatim("Terlampir surat Anda."), attachment=Attachment(5, "surat.pdf"))
    async with smtp_sink() as sink:
        failed = await failure(channel(tmp_path, f"smtp://127.0.0.1:{sink.port}"), outgoing(prompt))
    assert failed.kind == "refused"
    assert sink.mails == []


ANSWERS = [
    ("rcpt", "550 5.1.1 No such user", "refused"),
    ("rcpt", "550 Mailbox unavailable", "refused"),
    ("rcpt", "552 5.2.2 Mailbox full", "refused"),
    ("rcpt", "554 5.7.1 Relay access denied", "unreachable"),
    ("rcpt", "530 Authentication required", "unreachable"),
    ("rcpt", "450 4.2.0 Greylisted", "throttled"),
    ("rcpt", "451 4.3.0 Try again later", "throttled"),
    ("rcpt", "452 4.5.3 Too many recipients", "throttled"),
    ("rcpt", "421 4.3.2 Closing", "unreachable"),
    ("rcpt", "454 4.7.0 Temporary authentication failure", "unreachable"),
    ("mail", "553 5.7.1 Sender not allowed", "unreachable"),
    ("mail", "550 Sender not allowed", "unreachable"),
    ("mail", "451 4.3.0 Try again later", "throttled"),
    ("data", "550 5.1.1 No such user", "refused"),
    ("data", "554 5.7.1 Looks like spam", "unreachable"),
    ("data", "554 Transaction failed", "unreachable"),
    ("data", "452 4.3.1 Disk full", "throttled"),
    ("ehlo", "421 4.3.2 Not now", "unreachable"),
    ("connect", "554 No mail here", "unreachable"),
    ("connect", "421 Too busy", "unreachable"),
    *((stage, way, "unreachable") for stage in ("connect", "ehlo", "mail", "rcpt", "data") for way in (HANG, CUT)),
]


@pytest.mark.parametrize(
    ("stage", "answer", "kind"), ANSWERS, ids=[f"{stage} {answer}" for stage, answer, _ in ANSWERS]
)
async def test_the_answer_of_the_server_decides_what_becomes_of_the_mail(
    stage: str, answer: str, kind: str, tmp_path: Path
) -> None:
    async with smtp_sink({stage: answer}) as sink:
        sending = channel(tmp_path, f"smtp://127.0.0.1:{sink.port}", timeout=0.3 if answer == HANG else 5)
        failed = await asyncio.wait_for(failure(sending, outgoing(code_mail())), 5)
    assert failed.kind == kind, failed
    assert (failed.retry_after > 0) == (kind == "throttled")
    assert sink.mails == []


async def test_a_server_that_is_slow_at_every_step_does_not_outlast_the_time_for_a_whole_mail(tmp_path: Path) -> None:
    async with smtp_sink(pause=0.4) as sink:
        failed = await failure(channel(tmp_path, f"smtp://127.0.0.1:{sink.port}", timeout=1), outgoing(code_mail()))
    assert failed.kind == "unreachable"
    assert sink.mails == []


async def test_no_server_at_all_is_tried_again(tmp_path: Path) -> None:
    with socket.socket() as taken:  # Bound, but nobody listens.
        taken.bind(("127.0.0.1", 0))
        failed = await failure(channel(tmp_path, f"smtp://127.0.0.1:{taken.getsockname()[1]}"), outgoing(code_mail()))
    assert failed.kind == "unreachable"


@pytest.mark.parametrize("way", [HANG, CUT, "421 Closing"])
async def test_a_mail_that_was_taken_is_delivered_however_the_talk_ends(way: str, tmp_path: Path) -> None:
    async with smtp_sink({"quit": way}) as sink:
        await channel(tmp_path, f"smtp://127.0.0.1:{sink.port}").send(outgoing(code_mail()))
    assert len(sink.mails) == 1


async def test_what_is_kept_of_a_failure_does_not_name_the_recipient(tmp_path: Path) -> None:
    async with smtp_sink(
        {"rcpt": "550 5.1.1 <ANI@dinas.example.org> unknown, nor is ani=40dinas@relay.example"}
    ) as sink:
        failed = await failure(channel(tmp_path, f"smtp://127.0.0.1:{sink.port}"), outgoing(code_mail()))
    assert str(failed) == "refused: 550 5.1.1 <…> unknown, nor is …"


async def test_a_burst_opens_few_connections_and_the_rest_waits_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "CONNECTION_WAIT", 0.2)
    async with smtp_sink({"mail": HANG}) as sink:
        sending = channel(tmp_path, f"smtp://127.0.0.1:{sink.port}", timeout=1)
        burst = [failure(sending, outgoing(code_mail(), id_=id_)) for id_ in range(send.MAX_CONNECTIONS + 3)]
        kinds = [failed.kind for failed in await asyncio.gather(*burst)]
    assert sink.commands.count("mail") == send.MAX_CONNECTIONS
    assert sorted(kinds) == ["throttled"] * 3 + ["unreachable"] * send.MAX_CONNECTIONS


# Encryption and signing in


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return tmp_path / "sink.pem"


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    return server_certificate(certificate)


@pytest.fixture
def trusted(tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this process trust the server's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def signing_in(port: int, scheme: str = "smtp") -> str:
    return f"{scheme}://layanan%40bps:{PASSWORD_IN_URL}@127.0.0.1:{port}"


async def test_encryption_is_used_where_it_is_offered(tls: ssl.SSLContext, tmp_path: Path) -> None:
    async with smtp_sink(tls=tls) as sink:
        await channel(tmp_path, f"smtp://127.0.0.1:{sink.port}").send(outgoing(code_mail()))
    assert sink.encrypted == [True]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_sign_in_goes_to_a_proven_server_over_an_encrypted_connection(
    scheme: str, tls: ssl.SSLContext, tmp_path: Path
) -> None:
    async with smtp_sink(tls=tls, from_first_byte=scheme == "smtps", takes_logins=True) as sink:
        await channel(tmp_path, signing_in(sink.port, scheme)).send(outgoing(code_mail()))
    assert sink.logins == [("layanan@bps", PASSWORD)]
    assert sink.encrypted == [True]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_server_that_cannot_prove_itself_gets_no_password(
    scheme: str, tls: ssl.SSLContext, tmp_path: Path
) -> None:
    async with smtp_sink(tls=tls, from_first_byte=scheme == "smtps", takes_logins=True) as sink:
        failed = await failure(channel(tmp_path, signing_in(sink.port, scheme)), outgoing(code_mail()))
    assert (failed.kind, sink.logins, sink.mails) == ("unreachable", [], [])


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_server_without_encryption_gets_no_password(tmp_path: Path) -> None:
    async with smtp_sink(takes_logins=True) as sink:
        failed = await failure(channel(tmp_path, signing_in(sink.port)), outgoing(code_mail()))
    assert (failed.kind, sink.logins, sink.mails) == ("unreachable", [], [])


@pytest.mark.usefixtures("trusted")
async def test_a_wrong_password_is_the_operators_matter_and_stands_in_no_log(
    tls: ssl.SSLContext, tmp_path: Path
) -> None:
    async with smtp_sink({"auth": f"535 5.7.8 not {PASSWORD}"}, tls=tls, takes_logins=True) as sink:
        failed = await failure(channel(tmp_path, signing_in(sink.port)), outgoing(code_mail()))
    assert failed.kind == "unreachable" and PASSWORD not in failed.hint
    assert failed.hint == f"535; check PST_SMTP_URL, 127.0.0.1:{sink.port}"


# The operator's settings


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.org",
        "smtp://",
        "smtp://u:geheim#1@mail.example.org",
        "smtp://u:geheim/1@mail.example.org",
        "smtp://u:geheim?1@mail.example.org",
        "smtp://u@mail.example.org",
        "smtp://u:geheim@mail.example.org:x",
    ],
)
def test_a_wrong_address_of_the_server_is_refused_at_the_start_without_repeating_the_password(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="smtp://user:password@host:587") as caught:
        channel(tmp_path, url)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://mail.example.org", 25), ("smtp://u:p@mail.example.org", 587), ("smtps://mail.example.org", 465)],
)
def test_the_usual_port_need_not_be_written(url: str, port: int) -> None:
    assert send.SmtpServer.from_url(url).port == port


def test_a_sender_that_is_no_address_is_refused_at_the_start(tmp_path: Path) -> None:
    async def attachment(_: int) -> None:
        return None

    EmailChannel("", tmp_path, "layanan@localhost", OFFICE, WITA, attachment)
    with pytest.raises(ValueError, match="the sender of mails"):
        EmailChannel("", tmp_path, "Layanan Rekomendasi", OFFICE, WITA, attachment)
