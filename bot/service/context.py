"""The first argument of every use case: the transaction, the moment and the person."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path

from domain.form.definition import Form
from domain.form.loading import Forms, load_forms, newest
from domain.form.reading import Reading
from domain.letter_seal import SigningWay
from domain.office import eligibility, guide
from domain.office.eligibility import Eligibility
from domain.office.features import Feature, Reach, switched_on
from domain.office.guide import Guide
from domain.office.profile import Office
from domain.references import check_definitions
from domain.text import Arg, Text
from storage import people
from storage.dialogues import KnownAddress
from storage.secrets import Keys
from storage.tables import Address, Officer, Person
from storage.unit import Session

REACHES_ALL = Reach()


@dataclass
class AppContext:
    """What every transaction of this process shares: the office, its keys and the definitions."""

    office: Office
    keys: Keys
    forms: Forms = field(repr=False)
    eligibility: Eligibility = field(repr=False)
    guide: Guide = field(repr=False)
    logo: bytes = field(default=b"", repr=False)  #: of the letterhead
    demo: bool = False  #: an installation for trying out; its letters are marked CONTOH
    #: channel → the address of the form's page, with `{draft}`, for a reader whom that page knows
    form_pages: Mapping[str, str] = field(default_factory=dict, repr=False)
    verify_address: str = ""  #: of the page that checks letters; the code of a letter follows
    sign_address: str = field(default="", repr=False)  #: of the page that signs a letter, with `{token}`
    survey_address: str = ""  #: of the page of a survey, with `{service}` and `{row}`, for readers who have a cookie
    #: of a one-time link to a survey, with `{token}`, for other readers
    survey_link: str = field(default="", repr=False)
    authenticator_address: str = field(default="", repr=False)  #: of the page that sets one up, with `{token}`
    channel_names: Mapping[str, Text] = field(default_factory=dict, repr=False)  #: channel → how people call it
    undo_seconds: int = 0  #: how long an act can be undone before anybody is told; 0: it is done at once

    @staticmethod
    def load(
        office_path: Path | None,
        keys: Keys,
        demo: bool = False,
        form_pages: Mapping[str, str] | None = None,
        verify_address: str = "",
        sign_address: str = "",
        reach: Reach = REACHES_ALL,
    ) -> AppContext:
        """Reads the office's profile and every definition. Raises `DefinitionInvalid`."""
        office = Office.load(office_path)
        logo = office.read_logo(office_path)
        features = switched_on(office, _signing_way(office, demo), reach)
        definitions = _definitions(tuple(office.words.items()), features)
        return AppContext(office, keys, *definitions, logo, demo, form_pages or {}, verify_address, sign_address)

    @property
    def signing_way(self) -> SigningWay:
        return _signing_way(self.office, self.demo)

    def does(self, feature: Feature) -> bool:
        """Whether this installation may promise it."""
        return feature in self.guide.features

    def form(self, id: str, version: int | None = None) -> Form:
        """The version of the form, by default the newest. Raises `KeyError` when it is not there."""
        return newest(self.forms, id) if version is None else self.forms[id, version]


def _signing_way(office: Office, demo: bool) -> SigningWay:
    """The demo signs with a certificate of its own, so that a signed letter can be seen."""
    return "certificate" if demo else office.signing.way


@lru_cache(maxsize=8)
def _definitions(words: tuple[tuple[str, Arg], ...], features: frozenset[Feature]) -> tuple[Forms, Eligibility, Guide]:
    """The program's own definitions with an office's words in them. The files stay the same, so a process reads them
    once for each office.
    """
    named = dict(words)
    forms = load_forms(named)
    who_may_apply = eligibility.load(named)
    check_definitions(forms, who_may_apply)
    return forms, who_may_apply, guide.load(named, features)


@dataclass
class LoadedRows:
    """The rows of the sender, once somebody has asked for them."""

    address: Address | None = None
    actor: Person | None = None
    officer: Officer | None = None


@dataclass
class Context:
    """Lives as long as its transaction. Most messages need no more of the sender than `sender`, so the rows `actor` and
    `address`, which can be changed, are loaded when they are asked for.
    """

    session: Session
    now: datetime  #: aware
    sender: KnownAddress  #: the address that writes, as it was before the message
    app: AppContext
    message_key: str = ""  #: names the message that is handled; empty where people cannot edit messages later
    source: str = ""  #: the network address that the message came from; empty where the channel knows none
    recorder_id: int | None = None  #: the officer at the counter who acts for the actor, a visitor

    #: shared by all copies of this context
    loaded: LoadedRows = field(default_factory=LoadedRows, repr=False)

    @property
    def address(self) -> Address:
        if self.loaded.address is None:
            self.loaded.address = self.session.get_one(Address, self.sender.id)
        return self.loaded.address

    @property
    def actor(self) -> Person:
        if self.loaded.actor is None:
            self.loaded.actor = people.get(self.session, self.sender.person_id)
        return self.loaded.actor

    @actor.setter
    def actor(self, person: Person) -> None:
        """The address belongs to somebody else from now on."""
        self.loaded.actor = person

    @property
    def officer(self) -> Officer | None:
        """The actor's row among the officers, also of somebody revoked. It is held here because a session forgets rows
        that nobody holds, and the permission for each button of a screen asks for it.
        """
        self.loaded.officer = self.session.get(Officer, self.person_id)
        return self.loaded.officer

    @property
    def person_id(self) -> int:
        """Of the actor."""
        return self.sender.person_id if self.loaded.actor is None else self.loaded.actor.id

    @property
    def locale(self) -> str:
        """The language of the address, also when this message has changed it."""
        return self.sender.locale if self.loaded.address is None else self.loaded.address.locale

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

    def eight_digits(self) -> str:
        return f"{secrets.randbelow(100_000_000):08d}"


def context_of_person(session: Session, app: AppContext, now: datetime, person_id: int) -> Context:
    """For work that no message has started: as if this person wrote from their newest chat, or from their mailbox when
    they have no chat. A visitor of the counter may have neither: then the context has no `address`.
    """
    addresses = people.addresses(session, person_id)
    if not addresses:
        return Context(session, now, KnownAddress.of_nobody(person_id), app)
    chats = [address for address in addresses if address.channel != people.MAIL]
    return context_at(session, app, now, (chats or addresses)[-1])


def context_of_address(session: Session, app: AppContext, now: datetime, address_id: int) -> Context:
    """For work that a message from this address has started, and that is done later."""
    return context_at(session, app, now, session.get_one(Address, address_id))


def context_at(session: Session, app: AppContext, now: datetime, address: Address) -> Context:
    return Context(session, now, KnownAddress.of(address), app)
