"""Fixtures for every contract test."""

from tests.contract.graphapi_business import business, graph, hook, sari
from tests.contract.webchat_visits import browser, house
from tests.contract.whatsapp_house import whatsapp

__all__ = ["browser", "business", "graph", "hook", "house", "sari", "whatsapp"]
