"""The e-mail channel against a real mail server, and the mail as a mail program would read it."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import socket
import ssl
import stat
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.channel import Delivered, Outgoing, SendFailed, StoredFile
from bot.chat import Attachment, Choice, Link, Prompt
from bot.handlers.email import EmailChannel, render, send
from domain.text import Text, paragraphs, verbatim
from tests.platforms.smtp.sink import CUT, HANG, smtp_sink

WITA = ZoneInfo("Asia/Makassar")
OFFICE = "BPS Kabupaten Contoh"
SENDER = "Layanan Rekomendasi <layanan@bps.example.org>"
AT = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
PDF = StoredFile("simpanan.pdf", "pdf", b"%PDF-1.7 surat")
PASSWORD = "ra#hasia/@50%"
PASSWORD_IN_URL = "ra%23hasia%2F%4050%25"

unhurried = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: Characters that could end a header or a tag.
_NASTY = "ab 0é漢🎉\u202e\u200f\u2028 \t\r\n\x0b\x00\x85\ud800<>&\"';:,@=?_%\\/()"
anything = st.text(st.sampled_from(_NASTY) | st.characters())


def outgoing(prompt: Prompt, address: str = "ani@dinas.example.org", id_: int = 17) -> Outgoing:
    return Outgoing(id_, address, "id", prompt, AT)


def mail_of(prompt: Prompt, file: StoredFile | None = None) -> EmailMessage:
    """The mail as it arrives: written to bytes and read again."""
    built = render.build(outgoing(prompt), Address("Layanan", "layanan", "bps.example.org"), OFFICE, WITA, file)
    return message_from_bytes(built.as_bytes(policy=policy.SMTP), policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


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


def code_mail() -> Prompt:
    return Prompt(paragraphs(Text("Kode Anda: %(code)s", code="04821300"), Text("Selamat datang.")))


# The mail itself


def test_a_mail_says_who_sends_what_when_and_that_no_human_did() -> None:
    mail = mail_of(Prompt(verbatim("Permohonan diterima."), subject=verbatim("Tanda terima")))
    assert mail["Subject"] == "Tanda terima"
    assert mail["From"] == "Layanan <layanan@bps.example.org>"
    assert mail["To"] == "ani@dinas.example.org"
    assert mail["Date"] == "Mon, 02 Mar 2026 09:30:00 +0800"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert OFFICE in part(mail, "plain")
    assert OFFICE in part(mail, "html")


def test_a_link_stands_below_the_text_with_what_it_opens() -> None:
    mail = mail_of(
        Prompt(Text("Kantor kami pindah."), link=Link(Text("Buka peta"), "https://peta.example.org/?q=a&b=c"))
    )
    assert "Kantor kami pindah.\n\nBuka peta: https://peta.example.org/?q=a&b=c\n" in part(mail, "plain")
    assert 'href="https://peta.example.org/?q=a&amp;b=c"' in part(mail, "html")


def test_the_message_id_comes_from_the_outbox_row_and_tells_a_restarted_database_apart() -> None:
    sender = Address("", "layanan", "bps.example.org")
    first = Outgoing(17, "a@b.example.org", "id", code_mail(), AT)
    assert render.message_id(first, sender) == "<outbox-17.1772415000@bps.example.org>"
    assert render.message_id(first, sender) == render.message_id(Outgoing(17, "c@d", "en", code_mail(), AT), sender)
    later = Outgoing(17, "a@b.example.org", "id", code_mail(), AT + dt.timedelta(days=1))
    assert render.message_id(later, sender) != render.message_id(first, sender)


def test_without_a_subject_the_first_line_stands_in_shortened() -> None:
    assert mail_of(code_mail())["Subject"] == "Kode Anda: 04821300"
    long = mail_of(Prompt(verbatim("panjang " * 40)))["Subject"]
    assert len(long) <= render.MAX_SUBJECT and long.endswith("…")


def test_a_subject_has_no_control_characters() -> None:
    subject = verbatim("\n Satu\x00\tdua\u202e \ud800tiga\n")
    assert mail_of(Prompt(verbatim("Teks."), subject=subject))["Subject"] == "Satu dua tiga"


def test_buttons_are_left_out_of_a_mail() -> None:
    plain = mail_of(Prompt(verbatim("Teks."), choices=(Choice("m:menu", verbatim("Ke menu")),)))
    assert "Ke menu" not in plain.as_string()


def test_a_code_stands_out_and_links_can_be_tapped_but_other_numbers_stay_plain() -> None:
    text = "Kode Anda: 04821300.\nNomor REK-123456, telepon 083299397188, Rp1.234.567.890.\nLihat https://a.example/x?y=1&z=2."
    page = part(mail_of(Prompt(verbatim(text))), "html")
    assert re.findall(r'<strong class="code">(.*?)</strong>', page) == ["04821300"]
    assert '<a href="https://a.example/x?y=1&amp;z=2" rel="noreferrer">' in page


def test_a_mail_loads_nothing_from_elsewhere() -> None:
    page = part(mail_of(Prompt(verbatim('<img src="https://a.example/p.png">'))), "html")
    assert not re.search(r"<(img|link|script|iframe|object)\b|url\(|@import", page)
    assert "&lt;img src=&quot;" in page


def test_a_file_arrives_whole_under_the_name_that_the_conversation_gave_it() -> None:
    name = "Surat Rekomendasi – “Survei Kepuasan Masyarakat” Kabupaten Jeneponto Tahun 2026, versi akhir.pdf"
    mail = mail_of(Prompt(verbatim("Terlampir."), attachment=Attachment(5, name)), PDF)
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (name, "application/pdf", PDF.content)
    assert "filename*0*=utf-8''" in mail.as_string() or "filename*=utf-8''" in mail.as_string()


@example(text="\ud800\x00", subject="a\r\nBcc: x@y.z\n\n\u202e\ud800", name="a\r\nb\ud800.pdf")
@given(text=anything, subject=anything, name=anything)
@unhurried
def test_no_text_adds_a_header_or_a_tag(text: str, subject: str, name: str) -> None:
    prompt = Prompt(verbatim(text), subject=verbatim(subject), attachment=Attachment(5, name))
    mail = mail_of(prompt, PDF)
    usual = mail_of(Prompt(verbatim("a"), subject=verbatim("b"), attachment=Attachment(5, "c")), PDF)
    assert sorted(mail.keys()) == sorted(usual.keys())
    assert not mail.defects
    (file,) = mail.iter_attachments()
    assert file.get_content() == PDF.content and file.get_filename()
    tags = set(re.findall(r"<\s*/?\s*(\w+)", part(mail, "html").partition("<body")[2]))
    assert tags <= {"p", "br", "strong", "a", "div", "body", "html"}


@unhurried
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn"])))
def test_a_subject_is_read_as_it_was_written(words: str) -> None:
    subject = ("x " + words)[: render.MAX_SUBJECT].strip()
    assert mail_of(Prompt(verbatim("Teks."), subject=verbatim(subject)))["Subject"] == subject


@unhurried
@given(anything.filter(lambda text: text.strip() != ""))
def test_only_a_plain_address_gets_a_mail(text: str) -> None:
    for address in (text, f"{text}@example.org", f"ani@{text}", f"ani@example.org{text}"):
        try:
            found = render.mail_address(address).addr_spec
        except render.BadMailAddress:
            continue
        assert re.fullmatch(r"[!-~]+@[a-zA-Z0-9.-]+", found), found


@pytest.mark.parametrize(
    "address", ["", "ani", "ani@", "@example.org", "a@b@c d", "ani@example.org\r\nBcc: x@y.z", "a..b@c.d"]
)
async def test_an_address_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    failed = await failure(channel(tmp_path), outgoing(code_mail(), address))
    assert failed.kind == "refused"


def test_a_domain_with_other_letters_travels_in_its_ascii_form() -> None:
    assert render.mail_address("ani@müller.example").addr_spec == "ani@xn--mller-kva.example"


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
    async with smtp_sink({"rcpt": "550 5.1.1 <ani@dinas.example.org> unknown"}) as sink:
        failed = await failure(channel(tmp_path, f"smtp://127.0.0.1:{sink.port}"), outgoing(code_mail()))
    assert str(failed) == "refused: 550 5.1.1 <…> unknown"


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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "sink.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        with capture_logs() as logs:
            failed = await failure(channel(tmp_path, signing_in(sink.port)), outgoing(code_mail()))
    assert failed.kind == "unreachable"
    (line,) = logs
    assert (line["log_level"], line["why"], line["host"]) == ("error", "535", "127.0.0.1")
    assert "PST_SMTP_URL" in line["event"]
    assert PASSWORD not in str(logs)


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
