"""E-mail: for messages that must arrive, with the letter attached. Nothing is received by e-mail."""

from bot.handlers.email.send import EmailChannel

__all__ = ["EmailChannel"]
