"""The statuses of an accepted message: sent, delivered, read, or failed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.platforms.whatsapp.errors import Json, status_error
from tests.platforms.whatsapp.payloads import Event
from tests.platforms.whatsapp.person import User


@dataclass
class Statuses:
    """Which statuses are reported, and in what order. `late`: only when `GraphServer.tell_statuses` is called."""

    order: tuple[str, ...] = ("sent", "delivered", "read")
    shuffled: bool = False
    late: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(2))

    def names(self, failure: int | None) -> list[str]:
        if failure is not None:
            return ["failed"]
        names = list(self.order)
        if self.shuffled:
            self.chance.shuffle(names)
        return names


def status_event(name: str, message: str, to: Json, user: User | None, at: float, failure: int | None) -> Event:
    """`to`: the request, which names the recipient and may have `biz_opaque_callback_data`."""
    item: Json = {"id": message, "status": name, "timestamp": str(int(at))}
    number = user.wa_id if user and user.shows_phone else to.get("to", "").lstrip("+")
    if number:
        item["recipient_id"] = number
    if user and user.user_id:
        item["recipient_user_id"] = user.user_id
    if "biz_opaque_callback_data" in to:
        item["biz_opaque_callback_data"] = to["biz_opaque_callback_data"]
    if failure is not None:
        return Event("statuses", {**item, "errors": [status_error(failure)]})
    if name != "read":
        item["conversation"] = {"id": f"c{message[-12:].lower()}", "origin": {"type": "service"}}
        item["pricing"] = {"billable": False, "pricing_model": "PMP", "category": "service"}
    return Event("statuses", item, user.contact if user else None)
