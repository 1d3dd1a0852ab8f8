"""Sends mails to the office's mail server; without one it writes them into files."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from bot.channel import Capabilities, Delivered, Outgoing, SendFailed, StoredFile
from bot.handlers.email import render
from domain.frozen import frozen

if TYPE_CHECKING:
    from aiosmtplib import SMTP as Client

#: Timeouts in seconds for one mail, and for a free connection before it. Together they are shorter than the lease of an
#: outbox row, or the mail is sent twice.
TIMEOUT = 20.0
CONNECTION_WAIT = 5.0
#: Connections at once. Mail servers block senders that open more.
MAX_CONNECTIONS = 4
#: Pause in seconds after a temporary refusal. With a shorter one greylisting starts anew.
RETRY_PAUSE = 60.0

_TEMPORARY = frozenset({450, 451, 452})
#: The server requires a sign-in. It may say so at any command.
_SIGN_IN_REQUIRED = frozenset({530, 534, 535, 538})
#: what looks like a mail address in the words of a server, which may write the recipient in its own way
_ANY_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_ENHANCED_CODE = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")


@frozen
class SmtpServer:
    """The mail server in `PST_SMTP_URL`."""

    host: str
    port: int
    tls: bool  #: TLS from the first byte; otherwise STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> SmtpServer:
        """Raises `ValueError` with a line for the operator. The line does not repeat the URL, which has a password."""
        wrong = "write it as smtp://user:password@host:587 or smtps://…, special characters of the password as %XX"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(wrong) from None
        rest = parts.path.strip("/") or parts.query or parts.fragment
        if (
            parts.scheme not in {"smtp", "smtps"}
            or not parts.hostname
            or rest
            or bool(parts.username) != bool(parts.password)
        ):
            raise ValueError(wrong)
        tls = parts.scheme == "smtps"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port or (465 if tls else 587 if user else 25), tls, user, password)


class EmailChannel:
    name = "email"
    capabilities = Capabilities()

    def __init__(
        self,
        smtp_url: str,
        mail_dir: Path,
        sender: str,
        office_name: str,
        zone: ZoneInfo,
        attachment: Callable[[int], Awaitable[StoredFile | None]],
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        """Without `smtp_url` mails are written into `mail_dir`. Raises `ValueError` with a line for the operator."""
        self._server = SmtpServer.from_url(smtp_url) if smtp_url else None
        self._mail_dir = mail_dir
        self._sender = _sender(sender)
        self._office_name = office_name
        self._zone = zone
        self._attachment = attachment
        self._timeout = timeout
        self._connections = asyncio.Semaphore(MAX_CONNECTIONS)

    async def send(self, outgoing: Outgoing) -> Delivered:
        """Returns when the server has taken the mail, or the file is complete on disk."""
        mail = await self._build(outgoing)
        if self._server is None:
            await asyncio.to_thread(_write_file, self._mail_dir, f"outbox-{outgoing.id}.eml", mail.as_bytes())
        else:
            await self._submit(self._server, mail, render.mail_address(outgoing.address).addr_spec)
        return Delivered((mail["Message-ID"],))

    async def _build(self, outgoing: Outgoing) -> EmailMessage:
        file = None
        if outgoing.prompt.attachment:
            file = await self._attachment(outgoing.prompt.attachment.file_id)
            if file is None:
                raise SendFailed("refused", "the file that belongs to this mail is no longer kept")
        try:
            return render.build(outgoing, self._sender, self._office_name, self._zone, file)
        except render.BadMailAddress as error:
            raise SendFailed("refused", str(error)) from None

    async def _submit(self, server: SmtpServer, mail: EmailMessage, recipient: str) -> None:
        try:
            async with asyncio.timeout(CONNECTION_WAIT):
                await self._connections.acquire()
        except TimeoutError:
            raise SendFailed("throttled", "other mails are being sent") from None
        try:
            async with _connected(server, self._sender.domain, self._timeout) as client:
                await client.sendmail(self._sender.addr_spec, [recipient], mail.as_bytes(policy=SMTP))
        finally:
            self._connections.release()


async def sign_in(smtp_url: str, sender: str, timeout: float) -> str:
    """Signs in at the mail server and names our sender to it, without sending a mail. Returns the sender's address.
    Raises `SendFailed`, and `ValueError` with a line for the operator.
    """
    server, address = SmtpServer.from_url(smtp_url), _sender(sender)
    async with _connected(server, address.domain, timeout) as client:
        await client.mail(address.addr_spec)
    return address.addr_spec


@asynccontextmanager
async def _connected(server: SmtpServer, local_hostname: str, timeout: float) -> AsyncIterator[Client]:
    """A connection that is signed in. `timeout`: seconds for everything. Raises `SendFailed`."""
    from aiosmtplib import SMTPException

    client = _client(server, local_hostname, timeout)
    try:
        async with asyncio.timeout(timeout):
            await client.connect()
            yield client
        # A mail is taken by now: an error from here on must not make us send it again.
        with suppress(SMTPException, OSError):
            await client.quit(timeout=1)
    except (SMTPException, OSError) as error:  # TimeoutError and ssl.SSLError are OSErrors.
        raise _failure(error, server) from error
    finally:
        client.close()


def _client(server: SmtpServer, local_hostname: str, timeout: float) -> Client:
    """With a sign-in: only TLS with a valid certificate. Without one: TLS where the server offers it, with any
    certificate, because somebody who can forge a certificate can also remove the offer.
    """
    from aiosmtplib import SMTP as Client

    return Client(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls,
        start_tls=False if server.tls else (True if server.user else None),
        validate_certs=server.tls or bool(server.user),
        username=server.user or None,
        password=server.password or None,
        local_hostname=local_hostname,
        timeout=timeout,
    )


def _failure(error: Exception, server: SmtpServer) -> SendFailed:
    """What the server's answer, or a missing answer, means for this mail."""
    from aiosmtplib import SMTPRecipientsRefused, SMTPResponseException

    at_recipient = isinstance(error, SMTPRecipientsRefused)
    answer = error.recipients[0] if isinstance(error, SMTPRecipientsRefused) else error
    if not isinstance(answer, SMTPResponseException):
        reason = _without_addresses(f"{type(error).__name__}: {error}")
        return SendFailed("unreachable", reason, hint=_hint(server, reason))
    reason = _without_addresses(f"{answer.code} {answer.message}")
    if answer.code in _TEMPORARY:
        return SendFailed("throttled", reason, retry_after=RETRY_PAUSE)
    if answer.code >= 500 and _is_about_recipient(answer.code, answer.message, at_recipient=at_recipient):
        return SendFailed("refused", reason)
    return SendFailed("unreachable", reason, hint=_hint(server, str(answer.code)))


def _without_addresses(reason: str) -> str:
    """The operator reads the reasons; the addresses of people are none of them."""
    return _ANY_ADDRESS.sub("…", reason)[:200]


def _is_about_recipient(code: int, message: str, *, at_recipient: bool) -> bool:
    """Whether the answer concerns this recipient only. An error in our settings must not lose everybody's mails.

    RFC 3463: subjects 1 and 2 are the address and its mailbox, 7 is a rule of the server, such as "relaying denied".
    """
    found = _ENHANCED_CODE.search(message)
    if found:
        return found[1] in {"1", "2"} or (at_recipient and found[1] != "7")
    return at_recipient and code not in _SIGN_IN_REQUIRED


def _hint(server: SmtpServer, what: str) -> str:
    """For the log: neither the password nor the server's text, because the text names recipients."""
    return f"{what}; check PST_SMTP_URL, {server.host}:{server.port}"


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        found = render.mail_address(address)
    except render.BadMailAddress:
        raise ValueError(f'the sender of mails, "{text}", is not an address as Name <name@host>') from None
    return Address(name, found.username, found.domain)


def _write_file(folder: Path, name: str, content: bytes) -> None:
    """Replaces a file of the same name at once: a reader sees the old mail or the new one. Raises `SendFailed`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)  # the folder may have existed
        temporary = folder / f".{name}"
        with open(temporary, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(folder / name)
    except OSError as error:
        raise SendFailed("unreachable", f"{folder.name}: {error.strerror}") from error
