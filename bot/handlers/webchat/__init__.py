"""The chat as a web page: for people without a messenger, and for the service's own site."""

from bot.handlers.webchat.hub import Hub
from bot.handlers.webchat.routes import WebChat
from bot.handlers.webchat.wording import Nameplate

__all__ = ["Hub", "Nameplate", "WebChat"]
