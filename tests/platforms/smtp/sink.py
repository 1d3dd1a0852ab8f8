"""A real mail server for tests. It keeps the mails it gets, or fails as a test asks. See README.md."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

#: Instead of an answer: nothing at all, or a closed connection.
HANG, CUT = "hang", "cut"


@dataclass
class Sink:
    """`script`: command in lower case ("connect" for the greeting) → the answer, `HANG` or `CUT`. All other commands
    succeed.
    """

    script: Mapping[str, str]
    pause: float = 0.0  #: seconds before every answer
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)  #: for each mail, whether it came over TLS
    logins: list[tuple[str, str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        answer = await self._answer("ehlo", server, "")
        return [answer] if answer else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer("mail", server, "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._answer("rcpt", server, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self._answer("data", server, "250 OK")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(_transport(server).get_extra_info("ssl_object") is not None)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self._answer("quit", server, "221 Bye")

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        refused = self.script.get("auth")
        return AuthResult(success=refused is None, handled=refused is None, message=refused)

    async def _answer(self, command: str, server: SMTP, usual: str) -> str:
        self.commands.append(command)
        answer = self.script.get(command, usual)
        await asyncio.sleep(self.pause)
        if answer == CUT:
            _transport(server).abort()
        if answer in {CUT, HANG}:
            await asyncio.Event().wait()
        return answer

    async def greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes the place of the server when the greeting itself is scripted."""
        answer = self.script["connect"]
        if answer == HANG:
            await reader.read()
        elif answer != CUT:
            writer.write(f"{answer}\r\n".encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def smtp_sink(
    script: Mapping[str, str] | None = None,
    *,
    pause: float = 0.0,
    tls: ssl.SSLContext | None = None,
    from_first_byte: bool = False,
    takes_logins: bool = False,
    port: int = 0,
) -> AsyncIterator[Sink]:
    """Runs in the test's own event loop. `tls`: offered by STARTTLS; with `from_first_byte` used without STARTTLS."""
    sink, loop = Sink(script or {}, pause), asyncio.get_running_loop()
    connections: list[SMTP] = []

    def factory() -> SMTP:
        smtp = SMTP(
            sink,
            hostname="sink.test",
            loop=loop,
            tls_context=None if from_first_byte else tls,
            authenticator=sink.authenticate if takes_logins else None,
            auth_require_tls=tls is not None and not from_first_byte,  # Without TLS it takes any password.
        )
        connections.append(smtp)
        return smtp

    if "connect" in sink.script:
        server = await asyncio.start_server(sink.greet, "127.0.0.1", 0)
    else:
        server = await loop.create_server(factory, "127.0.0.1", port, ssl=tls if from_first_byte else None)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        for smtp in connections:
            if smtp.transport is not None:
                _transport(smtp).abort()
        await asyncio.sleep(0)


def _transport(smtp: SMTP) -> asyncio.Transport:
    assert isinstance(smtp.transport, asyncio.Transport)
    return smtp.transport
