"""How often something may happen on one day. All figures of code mails are in this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bot.service.context import Context
from domain.mailboxes import shared_mailbox_of
from storage import daily_counts

Counted = Literal["wrong_codes", "mails_to_mailbox", "mails_from_address", "mails"]
#: what is counted → how often on one day
LIMITS: Mapping[Counted, int] = {
    "wrong_codes": 10,  # for one mailbox, typed at one address: a stranger never uses up the owner's
    "mails_to_mailbox": 20,
    "mails_from_address": 10,
    "mails": 2000,
}


def may_mail_code(ctx: Context, email: str) -> bool:
    """Counts one mail with a code to this mailbox. False when it is too many."""
    counts: dict[Counted, str] = {
        "mails_from_address": f"mails/from/{ctx.address.id}",
        "mails_to_mailbox": f"mails/to/{_mailbox(ctx, email)}",
        "mails": "mails",
    }
    used = {name: daily_counts.add(ctx.session, row, ctx.today) for name, row in counts.items()}
    return all(count <= LIMITS[name] for name, count in used.items())


def may_try_code(ctx: Context, email: str) -> bool:
    """Counts one try before the code is compared, so that simultaneous tries count too. False when it is too many."""
    return daily_counts.add(ctx.session, _tries(ctx, email), ctx.today) <= LIMITS["wrong_codes"]


def forget_try(ctx: Context, email: str) -> None:
    """The code was right, so the try does not count."""
    daily_counts.add(ctx.session, _tries(ctx, email), ctx.today, by=-1)


def _tries(ctx: Context, email: str) -> str:
    return f"codes/{_mailbox(ctx, email)}/{ctx.address.id}"


def _mailbox(ctx: Context, email: str) -> str:
    return ctx.app.keys.digest("mailbox", shared_mailbox_of(email))
