"""E-mail: what has to arrive for certain, with the letter attached. Nothing is received here."""

from bot.handlers.email.send import EmailChannel

__all__ = ["EmailChannel"]
