"""What WhatsApp says of the office's number: where it delivers, and which templates are approved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.handlers.whatsapp.client import GraphApiClient, GraphApiUnavailable
from bot.handlers.whatsapp.templates import ApprovedTemplates
from domain.frozen import frozen

#: where a webhook may be set, the closest to the number first: that one is used
_WEBHOOKS = ("phone_number", "whatsapp_business_account", "application")


@frozen
class AccountStatus:
    webhook: str  #: empty: none is set
    not_approved: tuple[str, ...]  #: names and languages of our templates


async def read_account_status(token: str, phone_number_id: str, api_base: str, templates: str) -> AccountStatus:
    """`templates`: see `ApprovedTemplates`. Raises `GraphApiError` and `GraphApiUnavailable`."""
    client = GraphApiClient(token, phone_number_id, api_base)
    try:
        number = await client.describe_number()
        approved = await client.approved_templates(_business_account(number))
    finally:
        await client.close()
    ours = ApprovedTemplates.from_setting(templates).submissions()
    return AccountStatus(_webhook(number), _missing({(one.name, one.language) for one in ours}, approved))


def _missing(ours: Collection[tuple[str, str]], approved: Collection[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{name} ({language})" for name, language in sorted(set(ours) - set(approved)))


def _webhook(number: Mapping[str, Any]) -> str:
    match number.get("webhook_configuration"):
        case {**places}:
            return next((url for place in _WEBHOOKS if isinstance(url := places.get(place), str) and url), "")
    return ""


def _business_account(number: Mapping[str, Any]) -> str:
    match number.get("health_status"):
        case {"entities": [*entities]}:
            for entity in entities:
                match entity:
                    case {"entity_type": "WABA", "id": str(account_id)}:
                        return account_id
    raise GraphApiUnavailable("an answer without the business account")
