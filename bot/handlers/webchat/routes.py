"""The web chat as one set of routes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.channel import History, Inbound, WaitingFiles
from bot.handlers.pages import static_files
from bot.handlers.pages.chat_cookie import Cookie
from bot.handlers.pages.frame import load_frame
from bot.handlers.pages.origin_check import OriginCheck
from bot.handlers.webchat import render
from bot.handlers.webchat.chat_routes import ChatRoutes
from bot.handlers.webchat.demo import Demo, JoinStaff
from bot.handlers.webchat.dependencies import WebChatDependencies
from bot.handlers.webchat.notifier import Notifier
from bot.handlers.webchat.open_pages import OpenPages
from bot.handlers.webchat.wording import PageTitle
from bot.limits import TokenBucketLimiter


class WebChat:
    """Use it with `app.add_routes(chat.routes())` and `app.on_shutdown.append(chat.close)`."""

    def __init__(
        self,
        inbound: Inbound,
        history: History,
        waiting_files: WaitingFiles,
        notifier: Notifier,
        title: PageTitle,
        *,
        public_url: str | None,
        clock: Callable[[], datetime],
        file_mb: int,
        limiter: TokenBucketLimiter,
        client_ip_header: str = "",
        is_away: Callable[[BaseException], bool] = lambda error: False,
        join: JoinStaff | None = None,
    ) -> None:
        """`file_mb`: the largest file that `inbound.spool` takes, in MB. `client_ip_header`: in which the operator's
        proxy names the client. `is_away`: an error that the log names elsewhere, once for all pages. `join`:
        switches the demo on; it makes an address a member of the staff. Raises `ValueError` for a bad `public_url`.
        """
        template = render.load_template("chat")
        self._check = OriginCheck(public_url)
        self._open_pages = OpenPages()
        dependencies = WebChatDependencies(
            inbound,
            history,
            notifier,
            clock,
            waiting_files,
            self._open_pages,
            template,
            title,
            load_frame(title.office, "/static", template.assets),
            file_mb,
            limiter,
            client_ip_header,
            is_away,
        )
        self._demo = Demo(dependencies, join) if join else None
        self._assets = {**template.assets, **(self._demo.assets if self._demo else {})}
        banner = self._demo.banner if self._demo else (lambda locale: "")
        self._chat = ChatRoutes(dependencies, Cookie(), banner=banner)

    def routes(self) -> list[web.RouteDef]:
        return [
            *self._chat.routes(self._check),
            web.get("/static/{name}", self._check(self._static)),
            *(self._demo.routes(self._check) if self._demo else ()),
        ]

    async def close(self, _: web.Application) -> None:
        """Closes all pages and waits until they are closed."""
        await self._open_pages.close()

    async def _static(self, request: web.Request) -> web.Response:
        return static_files.respond(self._assets, request)
