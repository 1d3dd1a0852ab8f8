"""The page of a form: who gets a link to it."""

from __future__ import annotations

from bot.chat import Link
from bot.service.context import Context
from domain.form.loading import REQUEST_FORM
from domain.text import Text
from storage.tables import Draft

LABEL = Text("Isi di halaman")


def own_link(ctx: Context, draft: Draft) -> Link | None:
    """The link for a reader whom the page knows by the cookie of their channel; `None` on other channels, and for forms
    that are no page.
    """
    address = ctx.app.form_pages.get(ctx.sender.channel)
    return Link(LABEL, address.format(draft=draft.id)) if address and draft.form == REQUEST_FORM else None
