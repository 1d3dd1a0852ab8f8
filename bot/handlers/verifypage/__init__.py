"""The public page that says whether a letter is genuine: without script, without cookie."""

from bot.handlers.verifypage.routes import VerifyRoutes

__all__ = ["VerifyRoutes"]
