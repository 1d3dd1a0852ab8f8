"""E-mail: for messages that must arrive, with the letter attached. Nothing is received by e-mail."""

from bot.handlers.email.send import EmailChannel, sign_in

__all__ = ["EmailChannel", "sign_in"]
