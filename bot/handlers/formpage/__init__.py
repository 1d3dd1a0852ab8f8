"""A form as pages, one a section: for people who would rather fill it in on one screen than in the chat."""

from bot.handlers.formpage.app_page import APP_LINK, MessengerApp
from bot.handlers.formpage.routes import LINK, ONE_TIME_LINK, FormPageRoutes

__all__ = ["APP_LINK", "LINK", "ONE_TIME_LINK", "FormPageRoutes", "MessengerApp"]
