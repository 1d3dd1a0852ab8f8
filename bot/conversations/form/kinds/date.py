"""A day."""

from __future__ import annotations

from bot.conversations.form.kinds.kind import Kind
from domain.form.dates import DATE

KIND = Kind(DATE)
