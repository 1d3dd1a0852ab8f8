"""A code of digits, such as that of a province."""

from __future__ import annotations

from bot.conversations.form.kinds.kind import Kind
from domain.form.texts import CODE

KIND = Kind(CODE)
