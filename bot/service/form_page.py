"""The page of a form: who gets a link to it, and whom a link or a cookie stands for."""

from __future__ import annotations

from datetime import datetime

from bot.chat import Link
from bot.service import counter
from bot.service.context import AppContext, Context, context_of_address
from bot.service.one_time_links import OneTimeLinks, OpenedPage
from domain.form.loading import REQUEST_FORM
from domain.text import Text
from storage import people
from storage.page_keys import KeyedPage
from storage.tables import Draft
from storage.unit import Session

LABEL = Text("Isi di halaman")
#: the key in `AppContext.form_pages` for channels whose readers the page does not know
ONE_TIME_LINK = ""

LINKS = OneTimeLinks("form page")


def own_link(ctx: Context, draft: Draft) -> Link | None:
    """The link for a reader whom the page knows: by the cookie of their channel, or because its app says who they are.
    `None` on other channels, and for forms that are no page.
    """
    address = ctx.app.form_pages.get(ctx.sender.channel)
    if not address or draft.form != REQUEST_FORM:
        return None
    return Link(LABEL, address.format(draft=draft.id), in_app=not _is_path(address))


def needs_one_time_link(ctx: Context, draft: Draft) -> bool:
    """Whether the reader gets a link to the page only when they ask for one."""
    pages = ctx.app.form_pages
    return ctx.sender.channel not in pages and ONE_TIME_LINK in pages and draft.form == REQUEST_FORM


def is_available(ctx: Context, draft: Draft) -> bool:
    return own_link(ctx, draft) is not None or needs_one_time_link(ctx, draft)


def link(ctx: Context, draft: Draft) -> Link | None:
    """The link to the page of a draft of the actor. It is a new one-time link where the reader has no cookie, also for
    apps that open no pages; an older one holds no longer. `None` where there is no page.
    """
    pages = ctx.app.form_pages
    if has_cookie(ctx) or ONE_TIME_LINK not in pages or draft.form != REQUEST_FORM or draft.person_id != ctx.person_id:
        return own_link(ctx, draft)
    return Link(LABEL, pages[ONE_TIME_LINK].format(token=LINKS.give(ctx, page_of(draft.id))))


def gives_one_time_links(ctx: Context) -> bool:
    """Whether the reader gets to pages other than their form's by one-time links."""
    return ONE_TIME_LINK in ctx.app.form_pages and not has_cookie(ctx)


def has_cookie(ctx: Context) -> bool:
    """Whether pages know the reader by the cookie of their channel."""
    return _is_path(ctx.app.form_pages.get(ctx.sender.channel, ""))


def _is_path(address: str) -> bool:
    return address.startswith("/")


def redeem(session: Session, app: AppContext, token: str, now: datetime) -> OpenedPage | None:
    """Uses a link up. `None` for one that is unknown, used or expired, or whose draft its reader cannot change now."""
    key = LINKS.spend(session, app, token, now)
    return _open(session, app, now, key.address_id, key.row_id) if key is not None else None


def open_in_app(
    session: Session, app: AppContext, channel: str, external_id: str, draft_id: int, now: datetime
) -> OpenedPage | None:
    """For a reader of whom the channel's app has proven who they are."""
    address = people.find(session, channel, external_id)
    return _open(session, app, now, address.id, draft_id) if address is not None else None


def _open(session: Session, app: AppContext, now: datetime, address_id: int, draft_id: int) -> OpenedPage | None:
    """`None` for a draft that whoever uses the address cannot change now."""
    if counter.open_draft(context_of_address(session, app, now, address_id), draft_id) is None:
        return None
    return LINKS.open(session, app, now, address_id, page_of(draft_id))


def page_of(draft_id: int) -> KeyedPage:
    return KeyedPage("draft", draft_id)
