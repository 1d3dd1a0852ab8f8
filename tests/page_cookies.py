"""The cookie of somebody who has a page of the service open, and what the service knows them by."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import PageKey
from tests.talk import World


def token_of(name: str) -> str:
    """43 characters, as a browser gets them."""
    return f"{name:_<43}"


def address_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def age_keys(world: World, time: timedelta) -> None:
    """One-time links, and the cookies that they gave, become older."""

    def age(session: Session) -> None:
        for key in session.scalars(select(PageKey)):
            key.expires_at = key.expires_at - time

    world.process.units.write_now(age)
