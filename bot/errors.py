"""Errors that every layer may raise."""

from __future__ import annotations


class OperatorError(Exception):
    """A mistake that the operator can mend, such as a wrong setting. The message is one line that says what to do; the
    exit code is 2.
    """
