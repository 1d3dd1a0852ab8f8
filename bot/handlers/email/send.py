"""Hands mails to the office's mail server, or, where none is set, drops them as files."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import structlog

from bot.channel import Capabilities, Delivered, Outgoing, SendFailed, StoredFile
from bot.handlers.email import render

if TYPE_CHECKING:
    from aiosmtplib import SMTP as Client

log = structlog.get_logger()

#: seconds for one whole mail, and for its turn before; together less than an outbox row's lease, or it goes out twice
TIMEOUT = 20.0
SLOT_WAIT = 5.0
#: mail servers shut out senders that open more
MAX_CONNECTIONS = 4
#: seconds; a server that says "later" is not asked again before, greylisting would start anew
LATER = 60.0

_LATER = frozenset({450, 451, 452})
#: the server wants a sign-in that it did not get, wherever in the talk it says so
_SIGN_IN = frozenset({530, 534, 535, 538})
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as `PST_SMTP_URL` names it."""

    host: str
    port: int
    tls: bool  #: from the first byte; otherwise by STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of_url(cls, url: str) -> Server:
        """Raises `ValueError` with a line for the operator that does not repeat the address: it holds a password."""
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
    capabilities = Capabilities(max_buttons=0, max_list=0, max_text=100_000)

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
        """Without `smtp_url` mails are dropped into `mail_dir`. Raises `ValueError` with one line for the operator."""
        self._server = Server.of_url(smtp_url) if smtp_url else None
        self._mail_dir = mail_dir
        self._sender = _sender(sender)
        self._office_name = office_name
        self._zone = zone
        self._attachment = attachment
        self._timeout = timeout
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)

    async def send(self, outgoing: Outgoing) -> Delivered:
        """Delivered means: the server took it, or the file lies whole on the disk."""
        mail = await self._built(outgoing)
        if self._server is None:
            await asyncio.to_thread(_drop, self._mail_dir, f"outbox-{outgoing.id}.eml", mail.as_bytes())
        else:
            await self._hand_over(self._server, mail, render.mailbox(outgoing.address).addr_spec)
        return Delivered((mail["Message-ID"],))

    async def _built(self, outgoing: Outgoing) -> EmailMessage:
        file = None
        if outgoing.prompt.attachment:
            file = await self._attachment(outgoing.prompt.attachment.file_id)
            if file is None:
                raise SendFailed("refused", "the file that belongs to this mail is no longer kept")
        try:
            return render.build(outgoing, self._sender, self._office_name, self._zone, file)
        except render.NoMailbox as error:
            raise SendFailed("refused", str(error)) from None

    async def _hand_over(self, server: Server, mail: EmailMessage, recipient: str) -> None:
        try:
            async with asyncio.timeout(SLOT_WAIT):
                await self._slots.acquire()
        except TimeoutError:
            raise SendFailed("throttled", "other mails are being sent") from None
        try:
            await self._talk(_client(server, self._sender.domain, self._timeout), server, mail, recipient)
        finally:
            self._slots.release()

    async def _talk(self, client: Client, server: Server, mail: EmailMessage, recipient: str) -> None:
        from aiosmtplib import SMTPException

        try:
            async with asyncio.timeout(self._timeout):
                await client.connect()
                await client.sendmail(self._sender.addr_spec, [recipient], mail.as_bytes(policy=SMTP))
            with suppress(SMTPException, OSError):  # the mail is taken: nothing that comes now may send it again
                await client.quit(timeout=1)
        except (SMTPException, OSError) as error:  # TimeoutError and ssl.SSLError are OSErrors
            raise _failure(error, server, recipient) from error
        finally:
            client.close()


def _client(server: Server, local_hostname: str, timeout: float) -> Client:
    """With a sign-in, only over an encrypted connection to a proven server; without one, encrypted where offered.

    Unproven is right then: who could forge the certificate could as well take the offer away.
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


def _failure(error: Exception, server: Server, recipient: str) -> SendFailed:
    """What the server's answer, or its silence, means for this mail."""
    from aiosmtplib import SMTPRecipientsRefused, SMTPResponseException

    at_recipient = isinstance(error, SMTPRecipientsRefused)
    answer = error.recipients[0] if isinstance(error, SMTPRecipientsRefused) else error
    if not isinstance(answer, SMTPResponseException):
        reason = f"{type(error).__name__}: {error}".replace(recipient, "…")[:200]
        _complain(server, reason)
        return SendFailed("unreachable", reason)
    reason = f"{answer.code} {answer.message}".replace(recipient, "…")[:200]
    if answer.code in _LATER:
        return SendFailed("throttled", reason, retry_after=LATER)
    if answer.code >= 500 and _is_about_recipient(answer.code, answer.message, at_recipient=at_recipient):
        return SendFailed("refused", reason)
    if answer.code >= 500:
        _complain(server, str(answer.code))
    return SendFailed("unreachable", reason)


def _is_about_recipient(code: int, message: str, *, at_recipient: bool) -> bool:
    """RFC 3463: subjects 1 and 2 are the address and its mailbox, 7 a rule of the server's, such as "relaying denied".

    What this service's own settings are to blame for must not cost every recipient their mail.
    """
    found = _ENHANCED.search(message)
    if found:
        return found[1] in {"1", "2"} or (at_recipient and found[1] != "7")
    return at_recipient and code not in _SIGN_IN


def _complain(server: Server, what: str) -> None:
    """Tells the operator where to look; never with the password, nor with the server's words: they name recipients."""
    log.error(
        "the mail server does not take our mails: check PST_SMTP_URL", host=server.host, port=server.port, why=what
    )


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        found = render.mailbox(address)
    except render.NoMailbox:
        raise ValueError(f'the sender of mails, "{text}", is not an address as Name <name@host>') from None
    return Address(name, found.username, found.domain)


def _drop(folder: Path, name: str, content: bytes) -> None:
    """The same name again replaces the file whole: a reader sees the old mail or the new one. Raises `SendFailed`."""
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
