"""A form as pages, one a section: for people who would rather fill it in on one screen than in the chat."""

from bot.handlers.formpage.one_time_link import ONE_TIME_LINK
from bot.handlers.formpage.routes import LINK, FormPageRoutes

__all__ = ["LINK", "ONE_TIME_LINK", "FormPageRoutes"]
