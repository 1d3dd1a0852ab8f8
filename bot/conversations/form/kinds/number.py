"""A whole number or a year."""

from __future__ import annotations

from bot.conversations.form.kinds.kind import Kind
from domain.form.numbers import NUMBER

KIND = Kind(NUMBER, code_is_ambiguous=True)
