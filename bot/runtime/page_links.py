"""The links to the pages of a form, which messages carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.handlers import formpage, webchat
from bot.handlers.formpage import MessengerApp
from bot.service import form_page
from bot.settings import Settings


def form_page_links(settings: Settings) -> Mapping[str, str]:
    """See `AppContext.form_pages`. Other channels than the web chat need the public address, apps need HTTPS."""
    address = settings.public_url
    one_time = {form_page.ONE_TIME_LINK: address + formpage.ONE_TIME_LINK} if address else {}
    apps = {channel: address + formpage.APP_LINK.format(channel=channel) for channel in messenger_apps(settings)}
    return {webchat.NAME: formpage.LINK, **one_time, **apps}


def messenger_apps(settings: Settings) -> Mapping[str, MessengerApp]:
    """Channel → how its app says who has opened a page."""
    if not settings.telegram_token or not settings.public_url.startswith("https://"):
        return {}
    from bot.handlers.telegram import mini_app

    def identify(said: str, at: datetime) -> str | None:
        return mini_app.user_of(said, settings.telegram_token, at)

    return {"telegram": MessengerApp(identify, mini_app.WEB_VERSION)}
