"""What a webhook says: events of people and of messages, gathered into entries and changes, and signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.platforms.whatsapp.errors import Json

#: how several events share one POST: an entry each, a change each, or all in one `value`
Spread = Literal["entries", "changes", "value"]


@dataclass(frozen=True)
class Account:
    """The business, as webhooks name it."""

    phone_number_id: str = "106540352242922"
    display_phone_number: str = "62411555001"
    business_id: str = "102290129340398"
    verified_name: str = "Layanan Rekomendasi"

    def described(self) -> Json:
        """What GET /<phone number id> can tell."""
        return {
            "id": self.phone_number_id,
            "verified_name": self.verified_name,
            "display_phone_number": self.display_phone_number,
            "code_verification_status": "VERIFIED",
            "quality_rating": "GREEN",
            "platform_type": "CLOUD_API",
            "name_status": "APPROVED",
            "status": "CONNECTED",
        }


@dataclass(frozen=True)
class Event:
    """One message of a person, or one status of a message."""

    field: Literal["messages", "statuses"]
    item: Any  #: an object, but for a poisoned message
    contact: Json | None = None

    @property
    def id(self) -> str:
        return str(self.item["id"])


def payload(events: Sequence[Event], account: Account, spread: Spread = "entries") -> Json:
    groups = [list(events)] if spread == "value" else [[event] for event in events]
    changes = [{"value": _value(group, account), "field": "messages"} for group in groups]
    batches = [[change] for change in changes] if spread == "entries" else [changes]
    entries = [{"id": account.business_id, "changes": batch} for batch in batches]
    return {"object": "whatsapp_business_account", "entry": entries}


def _value(events: Sequence[Event], account: Account) -> Json:
    value: Json = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": account.display_phone_number,
            "phone_number_id": account.phone_number_id,
        },
    }
    contacts: list[Json] = []
    for event in events:
        if event.contact and event.contact not in contacts:
            contacts.append(event.contact)
    if contacts:
        value["contacts"] = contacts
    for event in events:
        value.setdefault(event.field, []).append(event.item)
    return value


def encoded(body: object) -> bytes:
    """As the platform writes it: everything but ASCII escaped, slashes too. The signature counts these very bytes."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
