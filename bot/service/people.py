"""People: language, registration, proof of their e-mail address, and merging two accounts of one person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hmac import compare_digest
from typing import Literal

from bot.actions import read_number
from bot.chat import Prompt
from bot.service import audit, code_attempts, daily_limits, devices, notices, officers
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.definition import chosen
from domain.frozen import frozen
from domain.mailboxes import mailbox_of
from domain.text import Json, Text, lines, paragraphs, verbatim
from storage import continuations, counter, people
from storage.tables import Address, EmailCode, Person

CODE_LIFETIME = timedelta(minutes=10)
CODE_ATTEMPTS = 5
#: characters of the secret in the link: 158 bits
TOKEN_LENGTH = 32
#: the reason of mails with codes
CODE_MAIL = "code"
RESEND_AFTER = timedelta(seconds=60)
#: After five wrong codes the one who typed them gets no other code for this mailbox for so long.
PAUSE_AFTER_ATTEMPTS = timedelta(minutes=10)

CodeFault = Literal["wrong", "expired", "used_up", "too_many", "none"]
#: what a code proves: whose mailbox it is, the actor's or that of a visitor who reads the code out to the actor, an
#: officer; or that the actor wants their data deleted
CodePurpose = Literal["own mailbox", "mailbox of a visitor", "deletion"]


@frozen
class ProvenMailbox:
    """An e-mail address that belongs to the actor, or to the visitor for whom the actor asked. Only `check_code` and
    `own_mailbox` make one: whoever stores an address as proven, or merges accounts, needs it.
    """

    email: str


@frozen
class CodeSent:
    wait: int  #: seconds until another code may be requested; 0: a code was sent
    too_many: bool = False  #: no more codes on this day


def choose_language(ctx: Context, locale: str) -> None:
    ctx.address.locale = locale


def send_code(ctx: Context, email: str, *, to_known_only: bool = False, proof: CodePurpose = "own mailbox") -> CodeSent:
    """Mails a new eight-digit code and a link that does the same, at most once a minute from one address. The old code
    is void. What others ask for, or type wrongly, never delays the actor.

    `to_known_only`: a mailbox that nobody has proven gets a mail without a code, and the answer is the same. `proof`:
    what the code proves; it proves nothing else.
    """
    row = people.email_code(ctx.session, ctx.address)
    free_at = row.sent_at + _pause(row, email) if row else ctx.now
    if free_at > ctx.now:
        return CodeSent(int((free_at - ctx.now).total_seconds()) + 1)
    if not daily_limits.may_mail_code(ctx, email):
        return CodeSent(0, too_many=True)
    digits, token = ctx.eight_digits(), code_attempts.new_code(TOKEN_LENGTH)
    if row is None:
        row = EmailCode(address_id=ctx.address.id)
        ctx.session.add(row)
    row.email, row.code, row.token = email, _digest(ctx, email, digits, proof), _digest(ctx, email, token)
    row.sent_at, row.expires_at, row.attempts = ctx.now, ctx.now + CODE_LIFETIME, 0
    is_known = not to_known_only or people.find_by_email(ctx.session, email) is not None
    mail = _code_mail(ctx, digits, token, proof) if is_known else _unknown_mail(ctx)
    row.message_id = mail_to(ctx, email, mail, bulk=False, expires_at=ctx.now + CODE_LIFETIME)
    ctx.session.flush()
    return CodeSent(0)


def _code_mail(ctx: Context, digits: str, token: str, proof: CodePurpose) -> Prompt:
    if proof == "mailbox of a visitor":
        return _visitor_mail(ctx, digits)
    if proof == "deletion":
        return _deletion_mail(ctx, digits)
    link = continuations.proof_link(ctx.session, ctx.address.channel, token)
    linked = Text("Atau buka tautan ini, di perangkat tempat Anda memintanya:")
    return Prompt(
        paragraphs(
            Text("Kode Anda: %(code)s", code=digits),
            Text(
                "Tulis kode ini dalam percakapan dengan Layanan Rekomendasi %(office)s. Kode berlaku 10 menit. "
                "Bila Anda tidak memintanya, abaikan e-mail ini dan jangan berikan kodenya kepada siapa pun.",
                office=ctx.office.words["office"],
            ),
            lines(linked, verbatim(link)) if link else None,
        ),
        subject=Text("Kode Anda: %(code)s", code=digits),
        reason=CODE_MAIL,
    )


def _visitor_mail(ctx: Context, digits: str) -> Prompt:
    """The code is read out at the counter, so its link would prove it in the wrong chat."""
    return Prompt(
        paragraphs(
            Text("Kode Anda: %(code)s", code=digits),
            Text(
                "Bacakan kode ini kepada petugas di meja layanan %(office)s. Kode berlaku 10 menit. Bila Anda tidak "
                "sedang di sana, abaikan e-mail ini dan jangan berikan kodenya kepada siapa pun.",
                office=ctx.office.words["office"],
            ),
        ),
        subject=Text("Kode Anda: %(code)s", code=digits),
        reason=CODE_MAIL,
    )


def _deletion_mail(ctx: Context, digits: str) -> Prompt:
    """It has no link: nobody deletes their data by opening one."""
    return Prompt(
        paragraphs(
            Text("Kode Anda: %(code)s", code=digits),
            Text(
                "Dengan kode ini semua data Anda di Layanan Rekomendasi %(office)s dihapus. Tulis kode ini dalam "
                "percakapan tempat Anda memintanya. Kode berlaku 10 menit. Bila Anda tidak memintanya, abaikan e-mail "
                "ini, dan jangan berikan kodenya kepada siapa pun.",
                office=ctx.office.words["office"],
            ),
        ),
        subject=Text("Kode untuk menghapus data Anda: %(code)s", code=digits),
        reason=CODE_MAIL,
    )


def _unknown_mail(ctx: Context) -> Prompt:
    """So that a mail server's refusal says nothing about who is registered."""
    return Prompt(
        paragraphs(
            Text(
                "Seseorang meminta kode Layanan Rekomendasi %(office)s untuk alamat e-mail ini, tetapi alamat ini "
                "belum terdaftar.",
                office=ctx.office.words["office"],
            ),
            Text(
                "Bila itu Anda, periksa apakah dahulu Anda mendaftar dengan alamat lain. Bila bukan, abaikan "
                "e-mail ini."
            ),
        ),
        subject=Text("Alamat e-mail ini belum terdaftar"),
        reason=CODE_MAIL,
    )


def has_link(ctx: Context) -> bool:
    """Whether mails to the actor carry a link that proves the mailbox here."""
    return bool(continuations.proof_link(ctx.session, ctx.address.channel, "-"))


def check_token(ctx: Context, token: str) -> ProvenMailbox | CodeFault:
    """The same as `check_code`, by the link of the mail. It works only at the address that asked for the mail, so a
    mail that somebody else asked for does nothing for them; and it cannot be guessed, so wrong ones are not counted.
    """
    row = people.email_code(ctx.session, ctx.address)
    if row is None or not compare_digest(row.token, _digest(ctx, row.email, token)):
        return "none"
    if ctx.now >= row.expires_at:
        return "expired"
    daily_limits.lock_mailbox(ctx, row.email)
    ctx.session.delete(row)
    ctx.session.flush()
    return ProvenMailbox(row.email)


def read_code(words: str) -> str | None:
    """The eight digits of a code; `None` for other words."""
    digits = "".join(words.split())
    return digits if len(digits) == 8 and read_number(digits) is not None else None


def check_code(ctx: Context, email: str, digits: str, proof: CodePurpose = "own mailbox") -> ProvenMailbox | CodeFault:
    """Compares in constant time and counts wrong codes. A right code proves the address, and is void afterwards."""
    row = people.email_code(ctx.session, ctx.address)
    if row is None or row.email != email:
        return "none"
    if ctx.now >= row.expires_at:
        return "expired"
    if row.attempts >= CODE_ATTEMPTS:
        return "used_up"
    if not daily_limits.may_try_code(ctx, email):
        return "too_many"
    if not compare_digest(row.code, _digest(ctx, email, digits, proof)):
        row.attempts += 1
        return "used_up" if row.attempts >= CODE_ATTEMPTS else "wrong"
    daily_limits.forget_try(ctx, email)
    ctx.session.delete(row)
    ctx.session.flush()
    return ProvenMailbox(row.email)


def attempts_left(ctx: Context) -> int:
    row = people.email_code(ctx.session, ctx.address)
    return CODE_ATTEMPTS - row.attempts if row else 0


def pending_email(ctx: Context) -> str:
    row = people.email_code(ctx.session, ctx.address)
    return row.email if row else ""


def own_mailbox(ctx: Context) -> ProvenMailbox | None:
    """The address that the actor has proven before."""
    return ProvenMailbox(ctx.actor.email) if ctx.actor.email_proven_at is not None else None


def register(ctx: Context, answers: Mapping[str, Json], proven: ProvenMailbox) -> None:
    """Fills the actor's row from the answers of the registration form. Raises `ActionRefused` when they name another
    e-mail address than the proven one.
    """
    email, person = proven.email, ctx.actor
    if answers["email"] != email:
        raise ActionRefused(
            Text(
                "Alamat e-mail di isian (%(answer)s) berbeda dengan alamat yang menerima kode (%(email)s).",
                answer=str(answers["email"]),
                email=email,
            )
        )
    before: dict[str, Json] = {"registered": person.registered_at is not None}
    former_mailbox = _proven_mailbox(ctx) if person.mailbox != mailbox_of(email) else []
    fill(person, answers)
    person.email, person.mailbox, person.email_proven_at = email, mailbox_of(email), ctx.now
    person.registered_at = person.registered_at or ctx.now
    _own_mailbox(ctx, email)
    audit.record(ctx, person, "register", before, {"registered": True})
    if former_mailbox:
        devices.announce_mailbox(ctx, former_mailbox)


def fill(person: Person, answers: Mapping[str, Json]) -> None:
    """Takes what the forms of the registration and of the counter ask alike."""
    person.name = str(answers["nama"])
    person.institution = str(answers["instansi"])
    person.position = str(answers["jabatan"])
    person.phone = str(answers["telepon_seluler"])
    person.identity_kind = ", ".join(chosen(answers["identitas_jenis"]))
    person.identity_last4 = str(answers["identitas_akhir"])
    valid_until = answers.get("identitas_berlaku")
    person.identity_valid_until = date.fromisoformat(str(valid_until)) if valid_until else None


def give_consent(ctx: Context) -> None:
    """The actor has read what their data is used for, and agrees."""
    ctx.actor.consent_at = ctx.now


def merge_into_owner(ctx: Context, proven: ProvenMailbox) -> None:
    """Whoever has proven this mailbox before, perhaps on another phone, is the same person: the actor's account becomes
    a part of theirs.
    """
    merged, other = ctx.actor, people.find_by_email(ctx.session, proven.email)
    if other is None or other.id == merged.id:
        return
    came_along = [chat for chat in people.chat_addresses(ctx.session, merged.id) if chat.id != ctx.address.id]
    former_mailbox = _proven_mailbox(ctx)
    other.eligibility = merged.eligibility or other.eligibility
    officers.end_role_of_merged(ctx, merged, other)
    people.merge(ctx.session, merged, other)
    counter.end(ctx.session, other.id, ctx.now)
    ctx.session.flush()
    ctx.session.refresh(ctx.address)
    ctx.actor = other
    other.consent_at = other.consent_at or merged.consent_at
    audit.record(ctx, other, "merge", after={"merged": merged.id})
    devices.announce(ctx, came_along, former_mailbox)


def mail_to(ctx: Context, email: str, prompt: Prompt, *, bulk: bool = True, expires_at: datetime | None = None) -> int:
    """Queues a mail in the language of the actor's address, and returns its id. `bulk`: it may leave after urgent
    messages.
    """
    mailbox = people.get_or_create_mailbox(ctx.session, email, ctx.actor.id, ctx.address.locale, ctx.now)
    mailbox.locale = ctx.address.locale
    return notices.queue(ctx, [mailbox], prompt, bulk=bulk, expires_at=expires_at)[0]


def _proven_mailbox(ctx: Context) -> list[Address]:
    """Where the actor is told what happens to their account, if they have proven a mailbox."""
    return notices.mailbox_of(ctx, ctx.actor.id, [ctx.address]) if ctx.actor.email_proven_at is not None else []


def _own_mailbox(ctx: Context, email: str) -> Address:
    mailbox = people.get_or_create_mailbox(ctx.session, email, ctx.actor.id, ctx.address.locale, ctx.now)
    mailbox.person_id = ctx.actor.id
    return mailbox


def _digest(ctx: Context, email: str, digits: str, proof: CodePurpose = "own mailbox") -> str:
    purposes = {
        "own mailbox": "email code",
        "mailbox of a visitor": "visitor's email code",
        "deletion": "deletion's email code",
    }
    purpose = purposes[proof]
    return ctx.app.keys.digest(purpose, f"{ctx.address.id}/{email}/{digits}")


def _pause(code: EmailCode, email: str) -> timedelta:
    """Until the next mail to this address from the one that asked for `code`."""
    is_same = mailbox_of(code.email) == mailbox_of(email)
    return PAUSE_AFTER_ATTEMPTS if is_same and code.attempts >= CODE_ATTEMPTS else RESEND_AFTER
