"""The cookie of somebody who has a page of the service open, and what the service knows them by."""

from __future__ import annotations

from hashlib import sha256


def token_of(name: str) -> str:
    """43 characters, as a browser gets them."""
    return f"{name:_<43}"


def address_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()
