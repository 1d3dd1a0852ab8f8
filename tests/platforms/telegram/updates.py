"""Delivers updates by `getUpdates` or to the webhook. Tests can hold, reorder and repeat them."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from tests.platforms.telegram.refusal import BotApiRefusal, Json

#: kinds that are delivered by default
USUAL: Final = {
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
    "poll",
}
#: kinds that are delivered only when `allowed_updates` names them
RARE: Final = {
    "inline_query",
    "chosen_inline_result",
    "shipping_query",
    "pre_checkout_query",
    "poll_answer",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "message_reaction_count",
    "chat_boost",
    "removed_chat_boost",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "purchased_paid_media",
}
FIRST_ID: Final = 871_000_001


@dataclass(eq=False)
class Update:
    """`redeliveries`: how often it is delivered again after the bot has confirmed it. `is_out_of_turn`: it may come
    after updates with higher ids.
    """

    id: int
    chat_id: int
    payload: Json
    delivered: int = 0
    taken: bool = False
    redeliveries: int = 0
    is_out_of_turn: bool = False


@dataclass
class WebhookSender:
    url: str
    secret: str
    max_connections: int = 40
    pause: float = 0.05  #: seconds before the first retry; doubled up to `longest_pause`
    longest_pause: float = 1.0
    tries: int = 60
    last_error: str = ""
    servers: Sequence[str] = ()  #: if any, the updates of each chat go to one of these, as a proxy may lead them
    session: aiohttp.ClientSession = field(init=False)
    open: asyncio.Semaphore = field(init=False)
    lanes: dict[int, deque[Update]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        timeout = aiohttp.ClientTimeout(total=60)
        self.session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        self.open = asyncio.Semaphore(self.max_connections)

    def url_for(self, chat_id: int) -> str:
        return self.servers[chat_id % len(self.servers)] if self.servers else self.url

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.session.close()


@dataclass(eq=False)
class _Poll:
    """A waiting long poll. The next poll terminates it."""

    woken: asyncio.Future[None]
    terminated: bool = False

    def notify(self) -> None:
        if not self.woken.done():
            self.woken.set_result(None)


class Updates:
    """`flag` is called for what a correct bot never does. `history` holds all updates."""

    def __init__(self, flag: Callable[[str], None]) -> None:
        self.flag = flag
        self.pending: dict[int, Update] = {}
        self.held: list[Update] = []
        self.history: list[Update] = []
        self.holding: set[int] | None = None  #: the ids of chats; an empty set means all chats
        self.to_double = 0
        self.conflicts: list[str] = []
        self.given_up: list[Update] = []
        self.webhook: WebhookSender | None = None
        self.webhook_pause, self.webhook_tries = 0.05, 60
        self.allowed: set[str] = USUAL
        self._poll: _Poll | None = None

    # what happens

    def add(self, kind: str, chat_id: int, body: Json) -> Update | None:
        """Makes an update. None: the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        update_id = FIRST_ID + len(self.history)
        update = Update(update_id, chat_id, {"update_id": update_id, kind: body}, redeliveries=min(self.to_double, 1))
        self.to_double -= update.redeliveries
        self.history.append(update)
        if self.holding is not None and (not self.holding or chat_id in self.holding):
            update.is_out_of_turn = True
            self.held.append(update)
        else:
            self._put([update])
        return update

    # what tests do

    def hold(self, *chat_ids: int) -> None:
        """From now on, updates (of these chats, or of all) wait for `release`."""
        self.holding = set(chat_ids)

    def release(self, order: Callable[[list[Update]], Iterable[Update]] = list) -> None:
        """Delivers the held updates, in this order."""
        self.holding = None
        held, self.held = self.held, []
        self._put(order(held))

    def deliver_twice(self, times: int = 1) -> None:
        """Delivers each of the next `times` updates twice."""
        self.to_double += times

    def redeliver(self, *updates: Update) -> None:
        """Delivers confirmed updates again; without arguments, the last update."""
        for update in updates or self.history[-1:]:
            update.taken, update.delivered, update.is_out_of_turn = False, 0, True
            self._put([update])

    @property
    def unconfirmed(self) -> list[Update]:
        return [*self.pending.values(), *self.held]

    # getUpdates

    @property
    def polled(self) -> bool:
        """Whether a long poll is waiting."""
        return self._poll is not None

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        if self.webhook:
            raise BotApiRefusal(
                409,
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        self._confirm(offset)
        if self._poll is not None:
            self._poll.terminated = True
            self._poll.notify()
        if not self.pending and timeout:
            await self._wait(timeout)
        found = list(self.pending.values())[:limit]
        for update in found:
            update.delivered += 1
        return [update.payload for update in found]

    async def _wait(self, timeout: float) -> None:
        mine = self._poll = _Poll(asyncio.get_running_loop().create_future())
        try:
            await asyncio.wait([mine.woken], timeout=timeout)
        finally:
            if self._poll is mine:
                self._poll = None
        if mine.terminated:
            reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
            self.conflicts.append(reason)
            raise BotApiRefusal(409, reason, is_bot_error=False)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = max(self.pending, default=0) + offset + 1
        for update in [update for update in self.pending.values() if update.id < offset]:
            if update.delivered or not update.is_out_of_turn:
                del self.pending[update.id]
                self._take(update)

    def _take(self, update: Update) -> None:
        if not update.delivered:
            self.flag(f"update {update.id} was confirmed before it was delivered")
        update.taken = True
        if update.redeliveries:
            update.redeliveries -= 1
            self.redeliver(update)

    def _put(self, updates: Iterable[Update]) -> None:
        if self.webhook:
            for update in updates:
                self._post(self.webhook, update)
            return
        self.pending |= {update.id: update for update in updates}
        if self.pending and self._poll is not None:
            self._poll.notify()

    # webhook

    async def set_webhook(self, url: str, secret: str, max_connections: int) -> None:
        await self.delete_webhook()
        self.webhook = WebhookSender(url, secret, max_connections, self.webhook_pause, tries=self.webhook_tries)
        pending, self.pending = self.pending, {}
        self._put(pending.values())

    async def delete_webhook(self) -> None:
        webhook, self.webhook = self.webhook, None
        if webhook:
            await webhook.close()
            left = [update for lane in webhook.lanes.values() for update in lane]
            self._put(sorted(left, key=lambda update: update.id))

    def _post(self, webhook: WebhookSender, update: Update) -> None:
        self.pending[update.id] = update
        lane = webhook.lanes.get(update.chat_id)
        if lane is not None:
            lane.append(update)
            return
        webhook.lanes[update.chat_id] = deque([update])
        task = asyncio.get_running_loop().create_task(self._drive(webhook, update.chat_id))
        webhook.tasks.add(task)
        task.add_done_callback(webhook.tasks.discard)

    async def _drive(self, webhook: WebhookSender, chat_id: int) -> None:
        """Delivers the updates of one chat, one after the other."""
        lane = webhook.lanes[chat_id]
        while lane:
            update = lane[0]
            if not await self._deliver(webhook, update):
                self.given_up.append(update)
            lane.popleft()
            self.pending.pop(update.id, None)
            if update.delivered:
                self._take(update)
        del webhook.lanes[chat_id]

    async def _deliver(self, webhook: WebhookSender, update: Update) -> bool:
        pause = webhook.pause
        for _ in range(webhook.tries):
            async with webhook.open:
                webhook.last_error = await self._try(webhook, update)
            if not webhook.last_error:
                return True
            await asyncio.sleep(pause)
            pause = min(pause * 2, webhook.longest_pause)
        return False

    async def _try(self, webhook: WebhookSender, update: Update) -> str:
        """Posts an update. Gives the error; empty when the bot has taken it."""
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        body = json.dumps(update.payload)
        url = webhook.url_for(update.chat_id)
        try:
            async with webhook.session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                said = await answer.read()
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return f"{type(error).__name__}: {error}"
        if not 200 <= answer.status < 300:
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        update.delivered += 1
        if b'"method"' in said:
            self.flag("the webhook answered with a method; the bot never learns what became of it")
        return ""
