"""The board of the queue: a public page for the screen in the waiting room and for phones."""

from bot.handlers.board.routes import PATH, BoardRoutes

__all__ = ["PATH", "BoardRoutes"]
