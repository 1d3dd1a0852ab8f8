"""The first argument of every use case: one transaction, one moment, one person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from domain.form.definition import Form, load
from domain.form.reading import Reading
from domain.office import eligibility
from domain.office.eligibility import Eligibility
from domain.office.profile import Office
from storage import people
from storage.secrets import Keys
from storage.tables import Address, Person
from storage.unit import Session


@dataclass
class AppContext:
    """What is the same for every transaction of this process: the office, its keys and its forms."""

    office: Office
    keys: Keys
    demo: bool = False  #: on this machine only, for looking around: letters bear CONTOH
    forms: dict[tuple[str, int | None], Form] = field(default_factory=dict)  #: those loaded so far; `None`: the newest

    def form(self, id: str, version: int | None = None) -> Form:
        """The form with the office's words in it. Raises `KeyError` when it is not there."""
        if (id, version) not in self.forms:
            self.forms[id, version] = load(id, version, self.office.words)
        return self.forms[id, version]

    @cached_property
    def eligibility(self) -> Eligibility:
        return eligibility.load(self.office.words)


@dataclass
class Context:
    """Where a use case happens. Lives as long as its transaction."""

    session: Session
    now: datetime  #: aware
    actor: Person
    address: Address
    app: AppContext
    message: str = ""  #: the mark of the message that is being handled, where its platform lets it be edited later

    @property
    def office(self) -> Office:
        return self.app.office

    @property
    def today(self) -> date:
        """The day in the office's zone."""
        return self.now.astimezone(self.office.zone).date()

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.today, self.office.province, self.office.district, self.office.areas)

    def six_digits(self) -> str:
        return f"{secrets.randbelow(1_000_000):06d}"


def context_of_person(session: Session, app: AppContext, now: datetime, person_id: int) -> Context:
    """For work that no message has started: as if this person wrote from their newest chat, or from their mailbox when
    they have no chat.
    """
    addresses = people.addresses(session, person_id)
    chats = [address for address in addresses if address.channel != people.MAIL]
    return Context(session, now, people.get(session, person_id), (chats or addresses)[-1], app)


def context_of_address(session: Session, app: AppContext, now: datetime, address_id: int) -> Context:
    """For work that a message from this address has started, and that is done later."""
    address = session.get_one(Address, address_id)
    return Context(session, now, people.get(session, address.person_id), address, app)
