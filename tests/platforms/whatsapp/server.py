"""The business account behind the API: its people, their messages, and the mistakes of the client."""

from __future__ import annotations

import asyncio
import base64
import itertools
import secrets
from dataclasses import dataclass

from tests.platforms.whatsapp.compose import compose
from tests.platforms.whatsapp.errors import Json, Refused
from tests.platforms.whatsapp.faults import Faults
from tests.platforms.whatsapp.limits import Clock, Limits, Rates
from tests.platforms.whatsapp.media import MediaStore
from tests.platforms.whatsapp.payloads import Account, Event
from tests.platforms.whatsapp.person import User
from tests.platforms.whatsapp.screen import Shown
from tests.platforms.whatsapp.statuses import Statuses, status_event
from tests.platforms.whatsapp.templates import Template, Templates
from tests.platforms.whatsapp.webhook import Webhook

VERSION = "v23.0"


@dataclass
class ApiCall:
    """One call of the client."""

    at: float
    call: str  #: messages, read, upload, media, download, number, delete, unknown
    path: str
    payload: Json | None = None
    person: str = ""  #: user id or number
    status: int = 0  #: HTTP status; 0: not answered
    code: int = 0  #: error code


class GraphServer:
    """Created by `graph_server`. `flagged`: mistakes that a correct client never makes, one readable line each."""

    def __init__(self, account: Account, token: str, secret: str) -> None:
        self.account = account
        self.token = token
        self.secret = secret
        self.base = ""  #: URL without the version
        self.clock = Clock()
        self.limits = Limits()
        self.faults = Faults()
        self.templates = Templates()
        self.statuses = Statuses()
        self.media = MediaStore(self.clock)
        self.webhook = Webhook(account, secret)
        self.at_once = False  #: refuse messages that cannot be delivered, instead of letting them fail later
        self.calls: list[ApiCall] = []
        self.flagged: list[str] = []
        self._rates = Rates(self.limits, self.clock)
        self._persons: dict[str, User] = {}  #: user id or number → person
        self._received: dict[str, User] = {}  #: id of a person's message → the person
        self._sent: set[str] = set()  #: ids of the business's messages
        self._late: list[Event] = []
        self._ids = itertools.count(1)
        self._id_prefix = secrets.token_hex(4)  #: makes ids of different servers different

    @property
    def api_base(self) -> str:
        """URL of the API, with the version."""
        return f"{self.base}/{VERSION}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings for a bot that uses this server."""
        return {
            "PST_WHATSAPP_TOKEN": self.token,
            "PST_WHATSAPP_PHONE_NUMBER_ID": self.account.phone_number_id,
            "PST_WHATSAPP_APP_SECRET": self.secret,
            "PST_WHATSAPP_VERIFY_TOKEN": self.webhook.verify_token,
            "PST_WHATSAPP_API_BASE": self.api_base,
        }

    # people and templates

    def user(self, user_id: str | None = None, wa_id: str | None = None, name: str = "Contoh") -> User:
        """The person with this user id or number; a new one is created."""
        for key in (user_id, wa_id):
            if key and key in self._persons:
                return self._persons[key]
        if not user_id and not wa_id:
            raise ValueError("a person has a user id or a number")
        user = User(self, user_id, wa_id, name)
        self.register(user)
        return user

    def register(self, user: User) -> None:
        """Makes the person known under all of their identifiers."""
        self._persons |= dict.fromkeys(user.names, user)

    def approve(self, name: str, language: str, body: str, url: str = "") -> Template:
        """Approves a template. `url`: of a link button; it may end in {{1}}."""
        template = Template(name, language, body, url)
        self.templates.approve(template)
        return template

    # messages

    def new_id(self) -> str:
        return "wamid." + base64.b64encode(f"HBgL{self._id_prefix}{next(self._ids):010}".encode()).decode()

    def received(self, message: str, user: User) -> None:
        self._received[message] = user

    def recipient(self, payload: Json) -> tuple[User | None, str]:
        """The person, and the identifier in the request. As on the platform, `to` is used when both are given."""
        name: str = payload["to"].lstrip("+") if "to" in payload else payload["recipient"]
        return self._persons.get(name), name

    def author(self, message: str) -> User | None:
        """The sender of a person's message."""
        return self._received.get(message)

    def mark_read(self, payload: Json) -> Json:
        user = self.author(payload["message_id"])
        if user is None:
            raise Refused(131009, f"message_id {payload['message_id']} is no message of a person")
        user.read.append(payload["message_id"])
        user.typing = "typing_indicator" in payload
        return {"success": True}

    def accept(self, payload: Json, failure: int | None) -> Json:
        """Accepts a message that was checked before. `failure`: it is not delivered, and its status is `failed`.

        Raises `Refused`.
        """
        user, name = self.recipient(payload)
        context = payload.get("context", {}).get("message_id")
        if context and context not in self._received and context not in self._sent:
            raise Refused(131009, f"context: message_id {context} is not known")
        shown = compose(payload, self.new_id(), self.clock.now(), self.media, self.templates)
        self._rates.take(user.key if user else name)
        failure = failure or self._delivery_error(user, shown)
        if failure and self.at_once:
            raise Refused(failure, "", is_client_fault=False)
        self._sent.add(shown.id)
        if user and not failure:
            user.show(shown)
        self._report(payload, user, shown.id, failure)
        contact = {"input": payload.get("to", name), "wa_id" if "to" in payload else "user_id": name}
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": shown.id}]}

    def _delivery_error(self, user: User | None, shown: Shown) -> int | None:
        if user is None:
            return 131026
        if user.blocked:
            return user.blocked
        outside = user.last_said is None or self.clock.now() - user.last_said > self.limits.window
        if outside and shown.kind != "template":
            self.flagged.append(f"131047: {shown.kind} more than 24 hours after the last message of {user!r}")
            return 131047
        return None

    # statuses

    def _report(self, payload: Json, user: User | None, message: str, failure: int | None) -> None:
        now = self.clock.now()
        names = self.statuses.names(failure)
        events = [status_event(name, message, payload, user, now, failure) for name in names]
        if self.statuses.late:
            self._late += events
        elif events and self.webhook.url:
            self.webhook.background(self._one_by_one(events))

    async def _one_by_one(self, events: list[Event]) -> None:
        for event in events:
            await self.webhook.deliver(event)

    async def tell_statuses(self) -> None:
        """Delivers the statuses that waited (`statuses.late`), all at the same time."""
        late, self._late = self._late, []
        await asyncio.gather(*(self.webhook.deliver(event) for event in late))
