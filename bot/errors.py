"""Errors that every layer may raise."""

from __future__ import annotations


class OperatorError(Exception):
    """An operator's mistake, such as a wrong setting: one line that says what to do (exit code 2)."""
