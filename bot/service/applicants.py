"""Who sent an application, for the staff who examine it. Every reading of more than the name is recorded (UU
27/2022).
"""

from __future__ import annotations

from datetime import date, datetime

from bot.service import access, audit, step_up
from bot.service.context import Context
from domain.form.loading import REGISTRATION_FORM
from domain.frozen import frozen
from domain.text import Text, verbatim
from storage import applications, people
from storage.tables import Application, Person


@frozen
class ApplicantView:
    """Texts may be empty."""

    name: str
    position: str
    institution: str
    phone: str
    email: str
    channel: str  #: the one in which they wrote last
    written_at: datetime | None  #: when they did
    earlier: int  #: applications before this one


@frozen
class IdentityCard:
    kind: Text
    last4: str
    valid_until: date | None


def read(ctx: Context, application: Application) -> ApplicantView:
    """Raises `ActionRefused` for those who may not read the application."""
    access.require(ctx, application, "read")
    audit.record(ctx, application, "read_applicant")
    person = people.get(ctx.session, application.person_id)
    written = [one for one in people.chat_addresses(ctx.session, person.id) if one.last_incoming_at is not None]
    last = max(written, key=lambda address: (address.last_incoming_at, address.id), default=None)
    return ApplicantView(
        name=person.name,
        position=person.position,
        institution=person.institution,
        phone=person.phone,
        email=person.email,
        channel=last.channel if last else "",
        written_at=last.last_incoming_at if last else None,
        earlier=applications.count_before(ctx.session, application),
    )


def name_of(ctx: Context, application: Application) -> Text:
    """The caller has opened the case."""
    person = people.get(ctx.session, application.person_id)
    return Text("(datanya sudah dihapus)") if person.erased_at is not None else verbatim(person.name)


def read_identity(ctx: Context, application: Application) -> IdentityCard | None:
    """The kind of the identity card and its last four characters; `None` where the applicant gave none. Raises
    `ActionRefused` for those who may not see it.
    """
    access.require(ctx, application, "read_identity")
    step_up.require(ctx, "read_identity")
    audit.record(ctx, application, "read_identity")
    person = people.get(ctx.session, application.person_id)
    if not person.identity_kind:
        return None
    return IdentityCard(_kind(ctx, person), person.identity_last4, person.identity_valid_until)


def _kind(ctx: Context, person: Person) -> Text:
    options = ctx.app.form(REGISTRATION_FORM).questions["identitas_jenis"].options
    label = next((option.label for option in options if option.value == person.identity_kind), None)
    return label or verbatim(person.identity_kind)
