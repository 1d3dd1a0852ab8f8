"""Whom a page is shown to, for the pages that know their readers by a conversation."""

from __future__ import annotations

from datetime import datetime

from bot.pages import PageReader, UsedLink
from bot.service.context import AppContext
from bot.service.one_time_links import OneTimeLinks, OpenedPage
from storage import dialogues
from storage.dialogues import OpenDialogue
from storage.page_keys import KeyedPage
from storage.unit import Session


def conversation_of(
    session: Session, app: AppContext, links: OneTimeLinks, reader: PageReader, page: KeyedPage, now: datetime
) -> OpenDialogue | None:
    """The reader's conversation, locked. A link that was used for this page goes before the cookie of the web page's
    own conversation.
    """
    used_by = links.reader_of(session, app, reader.page_cookie, page, now)
    if used_by is not None:
        return dialogues.load(session, used_by.channel, used_by.external_id, now)
    return dialogues.load(session, reader.channel, reader.address, now)


def used_link(opened: OpenedPage | None) -> UsedLink | None:
    if opened is None:
        return None
    return UsedLink(opened.page.name, opened.page.row_id, opened.cookie, int(opened.lifetime.total_seconds()))
