"""The chat as a web page: for people without a messenger, and for the service's own site."""

from bot.handlers.pages.chat_cookie import NAME
from bot.handlers.webchat.notifier import Notifier
from bot.handlers.webchat.proof_page import LINK
from bot.handlers.webchat.routes import WebChat
from bot.handlers.webchat.wording import PageTitle

__all__ = ["LINK", "NAME", "Notifier", "PageTitle", "WebChat"]
