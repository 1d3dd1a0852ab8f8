"""The page that shows the key of an authenticator app once, as a QR code: without script, without cookie."""

from bot.handlers.authenticatorpage.routes import AuthenticatorRoutes

__all__ = ["AuthenticatorRoutes"]
