"""One-time links to pages, and the cookies that they are exchanged for."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from bot.service.context import AppContext, Context
from domain.frozen import frozen
from storage import page_keys
from storage.page_keys import KeyedPage
from storage.tables import Address, PageKey
from storage.unit import Session

#: how long a link waits to be used, and how long the page stays open in a browser that used one
LINK_LIFETIME = timedelta(minutes=15)
COOKIE_LIFETIME = timedelta(hours=8)


@frozen
class OpenedPage:
    """What a one-time link was exchanged for."""

    page: KeyedPage
    cookie: str
    lifetime: timedelta


@frozen
class OneTimeLinks:
    """Those for one purpose: the links and cookies for another one are unknown here."""

    purpose: str

    def give(self, ctx: Context, page: KeyedPage) -> str:
        """The secret of a new link for the chat of the actor; an older one to the same page holds no longer."""
        token = secrets.token_urlsafe(32)
        digest, expires_at = self._digest(ctx.app, "link", token), ctx.now + LINK_LIFETIME
        page_keys.store(ctx.session, digest, "link", page, ctx.sender.id, ctx.now, expires_at)
        return token

    def spend(self, session: Session, app: AppContext, token: str, now: datetime) -> PageKey | None:
        """Uses a link up. `None` for one that is unknown, used or expired."""
        return page_keys.spend(session, self._digest(app, "link", token), now)

    def open(self, session: Session, app: AppContext, now: datetime, address_id: int, page: KeyedPage) -> OpenedPage:
        """A cookie for the page, in the name of the chat with this address."""
        cookie = secrets.token_urlsafe(32)
        digest = self._digest(app, "cookie", cookie)
        page_keys.store(session, digest, "cookie", page, address_id, now, now + COOKIE_LIFETIME)
        return OpenedPage(page, cookie, COOKIE_LIFETIME)

    def reader_of(
        self, session: Session, app: AppContext, cookie: str, page: KeyedPage, now: datetime
    ) -> Address | None:
        """The address for which the cookie was given; `None` when it has expired, or is for another page. Whoever uses
        the address now must still be allowed to see the page.
        """
        key = page_keys.find(session, self._digest(app, "cookie", cookie), page, now) if cookie else None
        return session.get(Address, key.address_id) if key is not None else None

    def _digest(self, app: AppContext, kind: str, token: str) -> str:
        return app.keys.digest(self.purpose, f"{kind}/{token}")
