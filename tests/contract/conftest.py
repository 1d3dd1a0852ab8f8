"""Fixtures for every contract test."""

from tests.contract.graphapi_business import business, graph, hook, sari
from tests.contract.telegram_harness import short_pauses, telegram
from tests.contract.webchat_harness import browser, harness
from tests.contract.whatsapp_harness import whatsapp
from tests.contract.whatsapp_office import office
from tests.formpage_site import site

__all__ = [
    "browser",
    "business",
    "graph",
    "harness",
    "hook",
    "office",
    "sari",
    "short_pauses",
    "site",
    "telegram",
    "whatsapp",
]
