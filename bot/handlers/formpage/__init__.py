"""A form as pages, one a section: for people who would rather fill it in on one screen than in the chat."""

from bot.handlers.formpage.routes import LINK, FormPageRoutes

__all__ = ["LINK", "FormPageRoutes"]
