"""What the routes and the open pages of the web chat share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aiohttp import web

from bot.channel import AddressView, History, Inbound, WaitingFiles
from bot.handlers.pages.chat_cookie import NAME
from bot.handlers.pages.frame import PageFrame
from bot.handlers.webchat.notifier import Notifier
from bot.handlers.webchat.open_pages import OpenPages
from bot.handlers.webchat.render import PageTemplate
from bot.handlers.webchat.wording import PageTitle
from bot.limits import Sender, TokenBucketLimiter, source_of
from domain.frozen import frozen
from locales import SOURCE, closest


@frozen
class WebChatDependencies:
    inbound: Inbound
    history: History
    notifier: Notifier
    clock: Callable[[], datetime]
    waiting_files: WaitingFiles
    open_pages: OpenPages
    template: PageTemplate
    title: PageTitle
    frame: PageFrame  #: of pages that are no chat
    file_mb: int  #: largest file, in MB
    limiter: TokenBucketLimiter
    client_ip_header: str  #: in which the proxy names the client; empty: none
    is_away: Callable[[BaseException], bool]  #: an error that the log names elsewhere, once for all pages

    def sender(self, address: str | None, request: web.Request) -> Sender:
        """Whom the limiter counts a request for."""
        source = source_of(request.remote, request.headers, self.client_ip_header)
        return Sender(f"{NAME}/{address}" if address else "", source)

    def visitor(self, address: str | None, request: web.Request) -> Sender:
        """For requests and pages: a conversation in work is not counted with its network, so that no neighbour can lock
        it out.
        """
        sender = self.sender(address, request)
        return replace(sender, source="") if self.limiter.knows("messages", sender.address) else sender

    async def view_of(self, address: str | None, hint: str) -> AddressView:
        """How the conversation is shown; an unknown one in the browser's language."""
        view = await self.history.address_view(NAME, address) if address else None
        return view or AddressView(closest(hint) or SOURCE)
