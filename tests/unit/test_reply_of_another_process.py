"""A proxy may lead the next message of a person to another process than the one that is still sending the reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channel import Delivered, Outgoing
from bot.chat import Incoming
from bot.pipeline.inbound import REPLY_LOOK
from bot.runtime.channels import ChannelFactory
from bot.runtime.process import Process, open_process
from bot.settings import Settings
from tests.talk import START
from tests.unit.platform_in_memory import NAME, Post

WITHIN = 30.0


class SlowPost(Post):
    """It takes a message at once, and says so when `takes` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.takes = asyncio.Event()
        self.takes.set()

    async def send(self, outgoing: Outgoing) -> Delivered:
        delivered = await super().send(outgoing)
        await self.takes.wait()
        return delivered


@pytest.fixture
async def posts(tmp_path: Path) -> AsyncIterator[tuple[SlowPost, Process, Post, Process]]:
    """Two processes on the same data, each with its connection to the platform."""
    posts = (SlowPost(), Post())
    slow, quick = (open_process(Settings(data_dir=tmp_path), _only(post), clock=lambda: START) for post in posts)
    yield posts[0], slow, posts[1], quick
    await slow.close()
    await quick.close()


def _only(post: Post) -> ChannelFactory:
    return lambda *_: {NAME: post}


def said(words: str, number: int) -> Incoming:
    return Incoming(f"m{number}", NAME, "budi", START, "text", text=words, sequence=number)


async def test_an_answer_waits_until_another_process_has_recorded_the_question(
    posts: tuple[SlowPost, Process, Post, Process],
) -> None:
    slow_post, slow, quick_post, quick = posts
    slow_post.takes.clear()
    await slow.inbound.receive(said("halo", 0))
    async with asyncio.timeout(WITHIN):
        while not slow_post.sent:
            await asyncio.sleep(0.001)
    answer = asyncio.create_task(quick.inbound.receive(said("1", 2)))
    await asyncio.sleep(2 * REPLY_LOOK)
    assert not answer.done(), "nobody knows yet whether the question was seen"
    slow_post.takes.set()
    await answer
    await quick.deliverer.idle()
    assert "Atas nama siapa" in quick_post.said[-1], quick_post.said
