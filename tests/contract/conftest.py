"""Fixtures for every contract test."""

from tests.contract.webchat_visits import browser, house

__all__ = ["browser", "house"]
