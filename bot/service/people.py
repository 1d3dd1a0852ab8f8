"""People at the desk: language, registration, a proven e-mail address, two that turn out to be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hmac import compare_digest
from typing import Literal

from bot.chat import Prompt
from bot.service import audit, notices, officers
from bot.service.context import Context
from domain.form.definition import chosen
from domain.text import Json, Text, paragraphs
from storage import people
from storage.tables import Address, EmailCode, Person

CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
#: after five wrong tries nobody gets another code for this mailbox so soon: guessing stays hopeless
PAUSE_AFTER_GUESSING = timedelta(minutes=10)

Proof = Literal["proven", "wrong", "expired", "used_up", "none"]


@dataclass(frozen=True, slots=True)
class CodeSent:
    """`wait`: seconds until another code may be asked for; a code was sent only if it is 0."""

    wait: int


def choose_language(ctx: Context, locale: str) -> None:
    ctx.address.locale = locale


def send_code(ctx: Context, email: str, *, to_known_only: bool = False) -> CodeSent:
    """Mails a new six-digit code, at most one a minute to one mailbox and for one person. The old code is void.

    `to_known_only`: nothing is mailed to an address that nobody has proven, and the asker cannot tell the difference.
    """
    row = people.email_code(ctx.session, ctx.address)
    earlier = {*people.email_codes_to(ctx.session, email), *([row] if row else [])}
    free_at = max((code.sent_at + _pause(code) for code in earlier), default=ctx.now)
    if free_at > ctx.now:
        return CodeSent(int((free_at - ctx.now).total_seconds()) + 1)
    digits = ctx.six_digits()
    if row is None:
        row = EmailCode(address_id=ctx.address.id)
        ctx.session.add(row)
    row.email, row.code = email, _digest(ctx, email, digits)
    row.sent_at, row.expires_at, row.attempts = ctx.now, ctx.now + CODE_LIFETIME, 0
    ctx.session.flush()
    if to_known_only and people.find_by_email(ctx.session, email) is None:
        return CodeSent(0)
    mail = Prompt(
        paragraphs(
            Text("Kode Anda: %(code)s", code=digits),
            Text(
                "Tulis kode ini dalam percakapan dengan Layanan Rekomendasi %(office)s. Kode berlaku 10 menit. "
                "Bila Anda tidak memintanya, abaikan e-mail ini dan jangan berikan kodenya kepada siapa pun.",
                office=ctx.office.words["office"],
            ),
        ),
        subject=Text("Kode Anda: %(code)s", code=digits),
        reason="code",
    )
    mail_to(ctx, email, mail, bulk=False, expires_at=ctx.now + CODE_LIFETIME)
    return CodeSent(0)


def check_code(ctx: Context, email: str, digits: str) -> Proof:
    """Compares in constant time, counts the tries; a right code is used up by being right."""
    row = people.email_code(ctx.session, ctx.address)
    if row is None or row.email != email:
        return "none"
    if ctx.now >= row.expires_at:
        return "expired"
    if row.attempts >= CODE_TRIES:
        return "used_up"
    if not compare_digest(row.code, _digest(ctx, email, digits)):
        row.attempts += 1
        return "used_up" if row.attempts >= CODE_TRIES else "wrong"
    ctx.session.delete(row)
    ctx.session.flush()
    return "proven"


def tries_left(ctx: Context) -> int:
    row = people.email_code(ctx.session, ctx.address)
    return CODE_TRIES - row.attempts if row else 0


def pending_email(ctx: Context) -> str:
    row = people.email_code(ctx.session, ctx.address)
    return row.email if row else ""


def owner_of(ctx: Context, email: str) -> Person | None:
    """Who has proven this address before: on another phone, perhaps."""
    return people.find_by_email(ctx.session, email)


def register(ctx: Context, answers: Mapping[str, Json]) -> None:
    """Fills the actor's row from the registration's answers. The e-mail address must have been proven in this
    transaction.
    """
    email = str(answers["email"])
    person = ctx.actor
    before: dict[str, Json] = {"registered": person.registered_at is not None}
    person.name = str(answers["nama"])
    person.institution = str(answers["instansi"])
    person.position = str(answers["jabatan"])
    person.phone = str(answers["telepon_seluler"])
    person.email, person.email_proven_at = email, ctx.now
    person.identity_kind = ", ".join(chosen(answers["identitas_jenis"]))
    person.identity_last4 = str(answers["identitas_akhir"])
    valid_until = answers.get("identitas_berlaku")
    person.identity_valid_until = date.fromisoformat(str(valid_until)) if valid_until else None
    person.registered_at = person.registered_at or ctx.now
    _own_mailbox(ctx, email)
    audit.record(ctx, person, "register", before, {"registered": True})


def consent(ctx: Context) -> None:
    """The person has read what their data is used for and agrees."""
    ctx.actor.consent_at = ctx.now


def become(ctx: Context, other: Person) -> None:
    """This address's person turns out to be `other`; only after `check_code` said so, in the same transaction."""
    losing = ctx.actor
    officers.inherit(ctx, losing, other)
    people.merge(ctx.session, losing, other)
    ctx.session.flush()
    ctx.session.refresh(ctx.address)
    ctx.actor = other
    other.consent_at = other.consent_at or losing.consent_at
    audit.record(ctx, other, "merge", after={"merged": losing.id})


def mail_to(ctx: Context, email: str, prompt: Prompt, *, bulk: bool = True, expires_at: datetime | None = None) -> None:
    """Queues a mail in the language of the actor's address. `bulk`: it may leave after what somebody waits for."""
    mailbox = people.get_or_create_mailbox(ctx.session, email, ctx.actor.id, ctx.address.locale, ctx.now)
    mailbox.locale = ctx.address.locale
    notices.queue(ctx, [mailbox], prompt, bulk=bulk, expires_at=expires_at)


def _own_mailbox(ctx: Context, email: str) -> Address:
    mailbox = people.get_or_create_mailbox(ctx.session, email, ctx.actor.id, ctx.address.locale, ctx.now)
    mailbox.person_id = ctx.actor.id
    return mailbox


def _digest(ctx: Context, email: str, digits: str) -> str:
    return ctx.app.keys.digest("email code", f"{ctx.address.id}/{email}/{digits}")


def _pause(code: EmailCode) -> timedelta:
    return PAUSE_AFTER_GUESSING if code.attempts >= CODE_TRIES else RESEND_AFTER
