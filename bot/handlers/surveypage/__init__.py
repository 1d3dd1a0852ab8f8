"""The satisfaction survey as a page, for the browser of the web chat."""

from bot.handlers.surveypage.routes import SurveyRoutes

__all__ = ["SurveyRoutes"]
