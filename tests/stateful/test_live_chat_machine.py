"""Conversations with officers: claims, hand-overs, time-outs, restarts, both sides writing at once. A model says who
has which one, and that everything that was written was passed on once and in its order.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select

import locales
from bot.channel import StoredMessage
from bot.service import live_chats
from storage import threads
from storage.tables import LiveChat
from tests.casework import OFFICER, OTHER_OFFICER, audit_faults, do, staffed
from tests.queue_rows import visitor as stranger
from tests.talk import Talk, World

VISITORS = ("tamu 1", "tamu 2", "tamu 3")
NAMES = {OFFICER: "Siti", OTHER_OFFICER: "Rahmat"}
#: longer than anybody is waited for
LONG = timedelta(minutes=40)
DECLINED = ("sudah berakhir", "tidak Anda pegang", "sudah diterima")


@dataclass
class Expected:
    """One conversation. `officer` empty: it waits."""

    visitor: str
    officer: str = ""
    is_over: bool = False
    said: list[str] = field(default_factory=list)


class LiveChatMachine:
    """Each move asks `chance` who makes it, and with which conversation."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.folder = TemporaryDirectory()
        self.world = staffed(World(Path(self.folder.name) / "data"))
        self.talks = {who: Talk(self.world, who) for who in (*VISITORS, *NAMES)}
        for talk in self.talks.values():
            talk.say("/menu")
        self.chats: dict[int, Expected] = {}
        self.passed_on: dict[str, list[str]] = defaultdict(list)  #: who → what they must have been told
        self.words = map("kata {}".format, count(1))

    def teardown(self) -> None:
        assert audit_faults(self.world) == []
        self.world.stop()
        self.folder.cleanup()

    def say(self, who: str, words: str) -> str:
        """What the bot answers; the hour stays where it is."""
        return self._answered(who, lambda talk: talk.say(words))

    def press(self, who: str, code: str) -> str:
        return self._answered(who, lambda talk: talk.press(code))

    def _answered(self, who: str, act: Callable[[Talk], list[StoredMessage]]) -> str:
        talk = self.talks[who]
        asyncio.run(talk.news())
        answers = act(talk)
        self.world.now -= timedelta(seconds=10)
        return talk.last if answers else ""

    def going_on(self, who: str) -> int:
        """The conversation of a visitor; 0: none."""
        return next((id for id, chat in self.chats.items() if chat.visitor == who and not chat.is_over), 0)

    def visitors_wait_and_some_are_claimed(self) -> None:
        for number, who in enumerate(VISITORS, start=1):
            self.a_visitor_writes(who)
            if number <= 2:
                officer = OFFICER if number % 2 else OTHER_OFFICER
                self.press(officer, f"live_desk:claim:{number}")
                self.chats[number].officer = officer

    def pick(self) -> int:
        """A conversation that goes on, where there is one; sometimes any."""
        going_on = [id for id, chat in self.chats.items() if not chat.is_over]
        return self.chance.choice((self.chance.random() < 0.8 and going_on) or sorted(self.chats))

    def held(self) -> list[int]:
        return [id for id, chat in self.chats.items() if chat.officer and not chat.is_over]

    def a_visitor_writes(self, who: str = "") -> None:
        who = who or self.chance.choice(VISITORS)
        words, chat_id = next(self.words), self.going_on(who)
        if not chat_id:
            self.say(who, "bicara dengan petugas")
            answer = self.say(who, words)
            if "terlalu sering" in answer:
                return
            chat_id = max(self.chats, default=0) + 1
            self.chats[chat_id] = Expected(who)
        else:
            assert self.say(who, words) == "", "the bot is silent"
        self.was_said_by_visitor(chat_id, words)

    def was_said_by_visitor(self, chat_id: int, words: str) -> None:
        chat = self.chats[chat_id]
        chat.said.append(words)
        if chat.officer:
            self.passed_on[chat.officer].append(f"Pengunjung {chat_id}: {words}")

    def was_said_by_officer(self, chat_id: int, words: str) -> None:
        chat = self.chats[chat_id]
        chat.said.append(words)
        self.passed_on[chat.visitor].append(f"{NAMES[chat.officer]} (petugas): {words}")

    def an_officer_claims(self) -> None:
        who, chat = self.chance.choice(tuple(NAMES)), self.chats[chat_id := self.pick()]
        answer = self.press(who, f"live_desk:claim:{chat_id}")
        if chat.is_over or chat.officer not in {"", who}:
            assert any(words in answer for words in DECLINED)
        else:
            chat.officer = who

    def an_officer_writes(self) -> None:
        who, chat = self.chance.choice(tuple(NAMES)), self.chats[chat_id := self.pick()]
        answer, words = self.press(who, f"live_desk:open:{chat_id}"), next(self.words)
        if chat.is_over or chat.officer != who:
            assert any(words in answer for words in DECLINED)
            return
        assert self.say(who, words) == ""
        self.was_said_by_officer(chat_id, words)

    def they_talk(self) -> None:
        """Everybody who talks, in turns; an officer opens each conversation anew."""
        for is_asking in self.chance.choices((True, False), k=2):
            for chat_id, chat in self.chats.items():
                if not chat.officer or chat.is_over:
                    continue
                words = next(self.words)
                if is_asking:
                    assert self.say(chat.visitor, words) == ""
                    self.was_said_by_visitor(chat_id, words)
                else:
                    self.press(chat.officer, f"live_desk:open:{chat_id}")
                    assert self.say(chat.officer, words) == ""
                    self.was_said_by_officer(chat_id, words)

    def an_officer_hands_over_or_ends(self) -> None:
        if not (held := self.held()):
            return
        chat, ends = self.chats[chat_id := self.chance.choice(held)], self.chance.random() < 0.3
        (other,) = set(NAMES) - {chat.officer}
        if ends:
            self.press(chat.officer, f"live_desk:end:{chat_id}")
            chat.is_over = True
        else:
            to_id = do(self.world, other, lambda ctx: ctx.person_id)
            assert "diserahkan" in self.press(chat.officer, f"live_desk:given:{chat_id}:{to_id}")
            chat.officer = other

    def a_visitor_ends(self) -> None:
        who = self.chance.choice(VISITORS)
        if chat_id := self.going_on(who):
            assert "sudah diakhiri" in self.say(who, "akhiri")
            self.chats[chat_id].is_over = True

    def both_write_at_once(self) -> None:
        if not (held := self.held()):
            return
        chat = self.chats[chat_id := self.chance.choice(held)]
        asked, answered = next(self.words), next(self.words)

        def visitor_says() -> None:
            self.world.process.units.write_now(
                lambda session: live_chats.say(stranger(self.world, session, chat.visitor), chat_id, asked, ())
            )

        def officer_says() -> None:
            do(self.world, chat.officer, lambda ctx: live_chats.answer(ctx, chat_id, answered, ()))

        with ThreadPoolExecutor(2) as pool:
            for written in (pool.submit(visitor_says), pool.submit(officer_says)):
                written.result(timeout=30)
        if self.stored_words(chat_id)[-1] == answered:
            self.was_said_by_visitor(chat_id, asked)
            self.was_said_by_officer(chat_id, answered)
        else:
            self.was_said_by_officer(chat_id, answered)
            self.was_said_by_visitor(chat_id, asked)

    def a_long_time_passes(self) -> None:
        self.world.now += LONG
        asyncio.run(self.world.work())
        for chat in self.chats.values():
            chat.is_over = True

    def restart(self) -> None:
        self.world.restart()

    def stored_words(self, chat_id: int) -> list[str]:
        keys = self.world.process.app.keys
        return self.world.process.units.write_now(
            lambda session: [line.words for line in threads.said_in(session, keys, session.get_one(LiveChat, chat_id))]
        )

    def everything_stands_as_expected(self) -> None:
        stored = self.world.process.units.write_now(lambda session: list(session.scalars(select(LiveChat))))
        states = {
            id: "ended" if chat.is_over else "open" if chat.officer else "waiting" for id, chat in self.chats.items()
        }
        assert {chat.id: chat.state for chat in stored} == states
        for chat_id, chat in self.chats.items():
            assert self.stored_words(chat_id) == chat.said, "what was written is kept once, in its order"
        for who, talk in self.talks.items():
            asyncio.run(talk.news())
            told = [locales.say(message.prompt.text, "id") for message in talk.told]
            passed_on = [text for text in told if ": kata " in text and "\n" not in text]
            assert passed_on == self.passed_on[who], f"{who} was told something twice, or not at all"


#: moves, and how often each of them is made
MOVES = {
    LiveChatMachine.a_visitor_writes: 5,
    LiveChatMachine.an_officer_claims: 4,
    LiveChatMachine.an_officer_writes: 4,
    LiveChatMachine.they_talk: 3,
    LiveChatMachine.both_write_at_once: 3,
    LiveChatMachine.an_officer_hands_over_or_ends: 3,
    LiveChatMachine.a_visitor_ends: 1,
    LiveChatMachine.a_long_time_passes: 1,
    LiveChatMachine.restart: 1,
}


@pytest.mark.parametrize("seed", range(2))
def test_what_visitors_and_officers_write_is_passed_on_once_whatever_happens(seed: int) -> None:
    machine = LiveChatMachine(seed)
    made = []
    try:
        machine.visitors_wait_and_some_are_claimed()
        for move in machine.chance.choices(list(MOVES), list(MOVES.values()), k=25):
            made.append(move.__name__)
            move(machine)
            machine.everything_stands_as_expected()
    except AssertionError as failed:
        failed.add_note(" → ".join(made))
        raise
    finally:
        machine.teardown()
    assert sum(map(len, machine.passed_on.values())) >= 10, "there was something to lose"
