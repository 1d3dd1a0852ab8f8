"""Bodies of webhooks: messages and statuses in entries and changes, and their signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.platforms.whatsapp.errors import Json

#: How several events share one body: each in its own entry, each in its own change, or all in one `value`.
Spread = Literal["entries", "changes", "value"]


@dataclass(frozen=True)
class Account:
    """The business account with its phone number."""

    phone_number_id: str = "106540352242922"
    display_phone_number: str = "62411555001"
    business_id: str = "102290129340398"
    verified_name: str = "Layanan Rekomendasi"

    def described(self, webhook: str) -> Json:
        """All fields of GET /<phone number id>."""
        entities = [
            {"entity_type": "PHONE_NUMBER", "id": self.phone_number_id, "can_send_message": "AVAILABLE"},
            {"entity_type": "WABA", "id": self.business_id, "can_send_message": "AVAILABLE"},
        ]
        return {
            "webhook_configuration": {"application": webhook} if webhook else {},
            "health_status": {"can_send_message": "AVAILABLE", "entities": entities},
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
    """A message of a person, or a status of a message of the business."""

    field: Literal["messages", "statuses"]
    item: Any  #: an object, except for messages of `untrusted.POISONED`
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
    """Encodes as the platform does: only ASCII, and slashes are escaped. The signature is computed over these bytes."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
