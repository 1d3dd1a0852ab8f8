"""The page on which a director types the passphrase that signs one letter: without script, without cookie."""

from bot.handlers.signpage.routes import SignRoutes

__all__ = ["SignRoutes"]
