"""Notices: messages that nobody asked for. In every conversation of a person, and by e-mail where it must arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat import Attachment, Choice, Prompt, prompt_to_json
from bot.service import buttons
from bot.service.context import Context
from domain.permissions import Role
from domain.text import Text, paragraphs
from storage import continuations, officers, outbox, people
from storage.secrets import Keys
from storage.tables import Address, Application, File
from storage.unit import Session

#: Reason of a notice → reasons of older notices about the same application that say nothing new after it. Those that
#: are still unsent then are given up. What carries remarks, a note or a file is in no value of this table.
SUPERSEDES: Mapping[str, frozenset[str]] = {
    "result": frozenset({"result", "reopened", "silent"}),
    "reopened": frozenset({"result", "reopened"}),
    "revision_requested": frozenset({"silent", "taken_back"}),
    "silent": frozenset({"silent"}),
    "taken_back": frozenset({"silent"}),
    "expired": frozenset({"silent"}),
    "letter": frozenset({"result", "reopened", "silent"}),
    "rate": frozenset({"rate"}),
    "deadline": frozenset({"deadline"}),
    "overdue": frozenset({"deadline", "overdue"}),
    "promise": frozenset({"promise"}),
    "expire": frozenset({"expire"}),
    "resubmitted": frozenset({"expire"}),
    "withdrawn": frozenset({"deadline", "expire"}),
    "awaiting_issue": frozenset({"awaiting_issue"}),
    "issued": frozenset({"deadline", "overdue"}),
}
#: reasons of notices that the service standard demands by e-mail (SK 66/BPS/Tahun 2023): a mail is never given up
DEMANDED_BY_MAIL = frozenset({"result", "reopened"})


def tell(
    ctx: Context, person_id: int, text: Text, reason: str, *choices: Choice, about: Application | None = None
) -> None:
    """In every chat of this person that has not blocked us; by e-mail when all of them have."""
    chats = people.chat_addresses(ctx.session, person_id)
    _tell(ctx, person_id, chats, Prompt(text, choices, reason=reason), about)


def send_file(ctx: Context, person_id: int, file: File, caption: Text, reason: str) -> None:
    """In every chat of this person that has not blocked us."""
    chats = people.reachable_chats(ctx.session, person_id)
    queue(ctx, chats, Prompt(caption, attachment=Attachment(file.id, file.name), reason=reason))


def tell_in_time(ctx: Context, person_id: int, text: Text, reason: str, *choices: Choice, expires_at: datetime) -> None:
    """The same for news that is urgent, and of no use after a moment: only in chats, before other notices."""
    chats = people.reachable_chats(ctx.session, person_id)
    queue(ctx, chats, Prompt(text, choices, reason=reason), bulk=False, expires_at=expires_at)


def tell_officer(
    ctx: Context, person_id: int, text: Text, reason: str, *choices: Choice, about: Application | None = None
) -> None:
    """The same for a notice of the office's work: only where this person joined the staff."""
    chats = people.staff_addresses(ctx.session, person_id)
    _tell(ctx, person_id, chats, Prompt(text, choices, reason=reason), about)


def _tell(ctx: Context, person_id: int, chats: Sequence[Address], prompt: Prompt, about: Application | None) -> None:
    _queue_in_chats(ctx, chats, prompt, about)
    if chats and all(address.blocked_at for address in chats):
        text = paragraphs(prompt.text, continuations.way_back(ctx.session, chats))
        mail = replace(prompt, text=text, choices=())
        queue(ctx, mailbox_of(ctx, person_id, chats), mail, about=about)


def tell_applicant(
    ctx: Context,
    application: Application,
    text: Text,
    reason: str,
    *choices: Choice,
    subject: Text,
    mail_text: Text | None = None,
) -> None:
    """In chat and always by e-mail too, as the service standard demands (SK 66/BPS/Tahun 2023).

    `mail_text`: what the mail says instead, where the words of the chat are of no use there.
    """
    chats = people.chat_addresses(ctx.session, application.person_id)
    _queue_in_chats(ctx, chats, Prompt(text, choices, reason=reason), application)
    way_back = continuations.way_back(ctx.session, chats)
    mail = Prompt(paragraphs(mail_text or text, way_back), subject=subject, reason=reason)
    mailbox = mailbox_of(ctx, application.person_id, chats)
    queue(ctx, mailbox, mail, about=application)
    if not chats and not mailbox:
        ask_to_telephone(ctx, application, text)


def ask_to_telephone(ctx: Context, application: Application, text: Text) -> None:
    """A visitor who has neither a chat nor an e-mail address hears the news from the officer who examines the form.
    Nobody tells somebody whose data were deleted.
    """
    person = people.get(ctx.session, application.person_id)
    if person.erased_at is not None:
        return
    asked = Text(
        "Pemohon %(number)s tidak mempunyai e-mail dan percakapan. Mohon sampaikan kabar ini melalui telepon "
        "%(phone)s:",
        number=application.number,
        phone=person.phone,
    )
    tell_case_officer(ctx, application, paragraphs(asked, text), "telephone", buttons.open_case(application))


def tell_case_officer(ctx: Context, application: Application, text: Text, reason: str, *choices: Choice) -> None:
    """The officer to whom the application is assigned; all officers and heads when nobody is, or cannot be reached."""
    officer_id = application.officer_id
    if officer_id is not None and officers.is_reachable(ctx.session, officer_id):
        tell_officer(ctx, officer_id, text, reason, *choices, about=application)
    else:
        tell_staff(ctx, ("officer", "head"), text, reason, *choices, about=application)


def tell_staff(
    ctx: Context, roles: Sequence[Role], text: Text, reason: str, *choices: Choice, about: Application | None = None
) -> None:
    """Everybody of these roles except the actor."""
    for officer in officers.reachable(ctx.session, *roles):
        if officer.person_id not in {ctx.person_id, ctx.recorder_id}:
            tell_officer(ctx, officer.person_id, text, reason, *choices, about=about)


def queue(
    ctx: Context,
    addresses: Sequence[Address],
    prompt: Prompt,
    *,
    bulk: bool = True,
    expires_at: datetime | None = None,
    about: Application | None = None,
) -> list[int]:
    """Queues one message to each address, and returns their ids. `bulk`: it may leave after urgent messages. `about`:
    older unsent notices about this application are given up, where this one supersedes them.
    """
    supersedes = SUPERSEDES.get(prompt.reason, frozenset())
    return [
        outbox.add(
            ctx.session,
            ctx.app.keys,
            address,
            prompt_to_json(prompt),
            ctx.now,
            reason=prompt.reason,
            bulk=bulk,
            expires_at=expires_at,
            application_id=about.id if about else None,
            supersedes=supersedes - DEMANDED_BY_MAIL if address.channel == people.MAIL else supersedes,
        )
        for address in addresses
    ]


def queue_at(session: Session, keys: Keys, address: Address, notice: Prompt, now: datetime) -> None:
    """The same for one address, where no person acts whose context there would be."""
    outbox.add(session, keys, address, prompt_to_json(notice), now, reason=notice.reason, bulk=True)


def _queue_in_chats(ctx: Context, chats: Sequence[Address], prompt: Prompt, about: Application | None) -> None:
    queue(ctx, [address for address in chats if address.blocked_at is None], prompt, about=about)


def mailbox_of(ctx: Context, person_id: int, chats: Sequence[Address]) -> list[Address]:
    """The proven mailbox of this person, if any; its mails have the language of the newest chat."""
    person = people.get(ctx.session, person_id)
    if not person.email:
        return []
    locale = chats[-1].locale if chats else ctx.address.locale
    mailbox = people.get_or_create_mailbox(ctx.session, person.email, person.id, locale, ctx.now)
    mailbox.locale = locale
    return [mailbox]
