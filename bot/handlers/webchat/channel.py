"""The sending side: nothing is sent, the person's page is told that its conversation went on."""

from __future__ import annotations

from bot.handlers.base import Capabilities, Delivered, Outgoing
from bot.handlers.webchat.hub import Hub

NAME = "webchat"


class WebchatChannel:
    name = NAME
    capabilities = Capabilities(max_buttons=30, max_list=30, max_text=8192, pull=True)

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def send(self, outgoing: Outgoing) -> Delivered:
        """The message lies in the conversation already; a page that is not open fetches it when it is opened."""
        self._hub.wake(NAME, outgoing.address)
        return Delivered()
