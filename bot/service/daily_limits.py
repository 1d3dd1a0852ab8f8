"""How often something may happen on one day. The counts are rows; the figures are in `bot.limits`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.limits import DAILY, Counted
from bot.service.context import Context
from domain.mailboxes import shared_mailbox_of
from storage import daily_counts


def may_mail_code(ctx: Context, email: str) -> bool:
    """Counts one mail with a code to this mailbox. False when it is too many. What one asker is refused does not count
    for the mailbox, so nobody uses up alone what its owner may ask for.
    """
    mailbox = _mailbox(ctx, email)
    own: dict[Counted, str] = {
        "mails_from_address": f"mails/from/{ctx.address.id}",
        "mails_of_person": f"mails/of/{ctx.actor.id}",
        "mails_from_address_to_mailbox": f"mails/from/{ctx.address.id}/to/{mailbox}",
    }
    shared: dict[Counted, str] = {"mails_to_mailbox": f"mails/to/{mailbox}", "mails": "mails"}
    return _count(ctx, own | _from_source(ctx, "mails_from_source")) and _count(ctx, shared)


def may_complain(ctx: Context) -> bool:
    """Counts one complaint of the actor. False when it is too many. What one person is refused does not count for
    everybody.
    """
    own: dict[Counted, str] = {"complaints_of_person": f"complaints/{ctx.actor.id}"}
    return _count(ctx, own | _from_source(ctx, "complaints_from_source")) and _count(ctx, {"complaints": "complaints"})


def may_take_number(ctx: Context) -> bool:
    """Counts one number of the queue that the actor takes, also when it is given back later. False when it is too many.
    The actor's other conversations wait for this one, so nobody has two numbers by taking them at once.
    """
    own: dict[Counted, str] = {"queue_numbers_of_person": f"queue/{ctx.person_id}"}
    return _count(ctx, own | _from_source(ctx, "queue_numbers_from_source")) and _count(ctx, {"queue_numbers": "queue"})


def may_talk(ctx: Context) -> bool:
    """Counts one conversation with an officer that the actor begins. False when it is too many. The actor's other chats
    wait for this one, so nobody has two conversations by beginning them at once.
    """
    own: dict[Counted, str] = {"live_chats_of_person": f"live chats/{ctx.person_id}"}
    return _count(ctx, own | _from_source(ctx, "live_chats_from_source")) and _count(ctx, {"live_chats": "live chats"})


def may_consult(ctx: Context) -> bool:
    """Counts one question of the actor, also one that follows an answer. False when it is too many."""
    own: dict[Counted, str] = {"consultations_of_person": f"consultations/{ctx.person_id}"}
    found = _count(ctx, own | _from_source(ctx, "consultations_from_source"))
    return found and _count(ctx, {"consultations": "consultations"})


def may_sign_guest_book(ctx: Context) -> bool:
    """Counts one visit that the actor enters themselves. False when it is too many."""
    own: dict[Counted, str] = {"guest_visits_of_person": f"guest book/{ctx.person_id}"}
    return _count(ctx, own | _from_source(ctx, "guest_visits_from_source"))


def may_keep_phrase(ctx: Context) -> bool:
    """Counts one phrase of the actor that was not understood. False when it is too many."""
    own: dict[Counted, str] = {"unknown_phrases_of_person": f"phrases/{ctx.person_id}"}
    return _count(ctx, own) and _count(ctx, {"unknown_phrases": "phrases"})


def may_draw_form_file(ctx: Context) -> bool:
    """Counts one file of a form for the actor. False when it is too many."""
    return _count(ctx, {"form_files_of_person": f"form files/{ctx.person_id}"})


def may_draw_paper(ctx: Context) -> bool:
    """Counts one paper that is drawn for the actor. False when it is too many."""
    return _count(ctx, {"papers_of_person": f"papers/{ctx.person_id}"})


def may_ask_to_copy(ctx: Context) -> bool:
    """Counts one number that the actor asks about, also one that is nobody's. False when it is too many."""
    return _count(ctx, {"copy_requests_of_person": f"copy requests/{ctx.person_id}"})


def may_try_code(ctx: Context, email: str) -> bool:
    """Counts one try before the code is compared, so that simultaneous tries count too. False when it is too many."""
    return _count(ctx, {"wrong_codes": _tries(ctx, email)}) and _count(
        ctx, {"wrong_codes_in_all": _all_tries(ctx, email)}
    )


def forget_try(ctx: Context, email: str) -> None:
    """The code was right, so the try does not count."""
    for row in (_tries(ctx, email), _all_tries(ctx, email)):
        daily_counts.add(ctx.session, row, ctx.today, by=-1)


def lock_mailbox(ctx: Context, email: str) -> None:
    """Until the transaction ends nobody else proves this mailbox: of two at once, the second finds the first one."""
    daily_counts.add(ctx.session, _all_tries(ctx, email), ctx.today, by=0)


def _count(ctx: Context, rows: Mapping[Counted, str]) -> bool:
    """Counts in all rows. False when one of them is full."""
    used = {name: daily_counts.add(ctx.session, row, ctx.today) for name, row in rows.items()}
    return all(count <= DAILY[name] for name, count in used.items())


def _from_source(ctx: Context, name: Counted) -> dict[Counted, str]:
    """The row of the message's source, where the channel knows one."""
    return {name: f"{name}/{ctx.app.keys.digest('source', ctx.source)}"} if ctx.source else {}


def _tries(ctx: Context, email: str) -> str:
    return f"codes/{_mailbox(ctx, email)}/{ctx.address.id}"


def _all_tries(ctx: Context, email: str) -> str:
    return f"codes/{_mailbox(ctx, email)}"


def _mailbox(ctx: Context, email: str) -> str:
    return ctx.app.keys.digest("mailbox", shared_mailbox_of(email))
