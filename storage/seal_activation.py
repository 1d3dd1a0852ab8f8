"""The code that activates the office's seal at BSrE. It is encrypted: whoever has it can seal."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storage import installation
from storage.secrets import Keys

_NAME = "seal activation"


def store(session: Session, keys: Keys, code: str) -> None:
    """Instead of the one before."""
    installation.save_setting(session, _NAME, keys.seal(_NAME, code.encode(), "").hex())


def read(session: Session, keys: Keys) -> str:
    """Empty before the seal was activated."""
    saved = installation.setting(session, _NAME)
    return keys.open(_NAME, bytes.fromhex(saved), "").decode() if saved else ""
