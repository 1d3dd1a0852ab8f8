"""What the routes and the open pages of the web chat share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.channel import AddressView, History, Inbound
from bot.handlers.webchat.notifier import Notifier
from bot.handlers.webchat.open_pages import OpenPages
from bot.handlers.webchat.render import PageTemplate
from bot.handlers.webchat.uploads import PendingUploads
from bot.handlers.webchat.wording import PageTitle
from locales import SOURCE, closest

NAME = "webchat"  #: the channel's name in messages and addresses


@dataclass(frozen=True, slots=True)
class WebChatDependencies:
    inbound: Inbound
    history: History
    notifier: Notifier
    clock: Callable[[], datetime]
    uploads: PendingUploads
    open_pages: OpenPages
    template: PageTemplate
    title: PageTitle
    file_mb: int  #: largest file, in MB

    async def view_of(self, address: str | None, hint: str) -> AddressView:
        """How the conversation is shown; an unknown one in the browser's language."""
        view = await self.history.address_view(NAME, address) if address else None
        return view or AddressView(closest(hint) or SOURCE)
