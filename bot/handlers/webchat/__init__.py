"""The chat as a web page: for people without a messenger, and for the service's own site."""

from bot.handlers.webchat.notifier import Notifier
from bot.handlers.webchat.routes import WebChat
from bot.handlers.webchat.wording import PageTitle

__all__ = ["Notifier", "PageTitle", "WebChat"]
