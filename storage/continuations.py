"""Continuing on another channel: the links that channels have announced, and the codes in these links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.text import Text
from storage import installation
from storage.tables import Address, Continuation, Setting

#: beginning of the names of the settings with links; the channel's name follows
LINK_SETTING = "way/"
PROOF_SETTING = "proof/"
#: the command that takes the token of a mail
PROOF_WORD = "kode"


def save_link(session: Session, channel: str, link: str) -> None:
    """Stores the link of a channel; it contains `{word}` and `{code}`."""
    installation.save_setting(session, LINK_SETTING + channel, link)


def links(session: Session, word: str, code: str) -> dict[str, str]:
    """Channel → the link that opens a conversation there with this word and code. Channels without links are left
    out.
    """
    of_channels = Setting.name.startswith(LINK_SETTING, autoescape=True)
    rows = session.scalars(select(Setting).where(of_channels).order_by(Setting.name))
    return {
        row.name.removeprefix(LINK_SETTING): row.value.replace("{word}", word).replace("{code}", code) for row in rows
    }


def save_proof_link(session: Session, channel: str, link: str) -> None:
    """Stores the link that proves a mailbox on a channel which takes no commands by links; it contains `{code}`."""
    installation.save_setting(session, PROOF_SETTING + channel, link)


def proof_link(session: Session, channel: str, token: str) -> str:
    """The link that gives a token of a mail to the conversation on this channel; empty where there is none."""
    names = (PROOF_SETTING + channel, LINK_SETTING + channel)
    link = next((row.value for name in names if (row := session.get(Setting, name))), "")
    return link.replace("{word}", PROOF_WORD).replace("{code}", token)


def opening_link(session: Session, channel: str) -> str:
    """The address that opens the conversation on this channel; empty where there is none."""
    parts = urlsplit(proof_link(session, channel, ""))
    if not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}{parts.path if parts.query else '/'}"


def way_back(session: Session, chats: Sequence[Address]) -> Text | None:
    """For a mail: the link to the chat that its reader wrote in last. Where no chat that takes our messages has a link,
    the one of a channel whose links anybody can open. `None` where nothing has one.
    """
    written = [chat for chat in chats if chat.last_incoming_at is not None]
    newest = sorted(written, key=lambda chat: (chat.last_incoming_at, chat.id), reverse=True)
    channels = (
        *(chat.channel for chat in newest if chat.blocked_at is None),
        *_open_to_everybody(session),
        *(chat.channel for chat in newest),
    )
    link = next(filter(None, (opening_link(session, channel) for channel in channels)), "")
    return Text("Percakapan Anda: %(link)s", link=link) if link else None


def _open_to_everybody(session: Session) -> Sequence[str]:
    """The channels that need no app: what they take from a mail is a page."""
    of_pages = Setting.name.startswith(PROOF_SETTING, autoescape=True)
    names = session.scalars(select(Setting.name).where(of_pages).order_by(Setting.name))
    return [name.removeprefix(PROOF_SETTING) for name in names]


def store(session: Session, person_id: int, digest: str, expires_at: datetime) -> None:
    """The only code of this person; an older one is void."""
    session.merge(Continuation(person_id=person_id, code=digest, expires_at=expires_at))
    session.flush()


def find(session: Session, digest: str) -> Continuation | None:
    """By the keyed hash of its code; locked."""
    return session.scalars(select(Continuation).where(Continuation.code == digest).with_for_update()).first()
