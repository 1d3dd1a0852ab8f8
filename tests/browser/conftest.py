"""Fixtures for every test in a browser."""

from tests.browser.webchat_service import chromium, service, watched

__all__ = ["chromium", "service", "watched"]
