"""The satisfaction survey as a page."""

from bot.handlers.surveypage.routes import SurveyRoutes

__all__ = ["SurveyRoutes"]
