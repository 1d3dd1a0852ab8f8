"""How people come to a conversation: what each channel has announced about itself."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Setting

#: before the channel's name; the value is an address with `{word}` and `{code}` in it
WAY = "way/"


def links(session: Session, word: str, code: str) -> dict[str, str]:
    """Channel → the link that opens a conversation there with this word and code, of every channel that has one."""
    rows = session.scalars(select(Setting).where(Setting.name.startswith(WAY, autoescape=True)).order_by(Setting.name))
    return {row.name.removeprefix(WAY): row.value.replace("{word}", word).replace("{code}", code) for row in rows}
