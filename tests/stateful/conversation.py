"""Sends what people do through the real transaction, and holds every claim against what came of it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import locales
from bot.chat import Incoming, IncomingFile, Prompt
from bot.pipeline.receive import handle
from domain.form.definition import Form, Question
from tests.stateful.expected_meaning import action, agrees
from tests.stateful.installation import KEYS, Installation, Who
from tests.stateful.invariants import CLAIMS
from tests.stateful.observation import Button, DraftView, Shown, Step, View, look, view


@dataclass
class Told:
    """What one person has on the screen."""

    answers: list[Shown] = field(default_factory=list)
    notices: list[Shown] = field(default_factory=list)

    @property
    def last(self) -> Shown | None:
        return self.answers[-1] if self.answers else None

    @property
    def newest(self) -> int:
        return max((shown.id for shown in (*self.answers, *self.notices)), default=0)

    @property
    def buttons(self) -> list[Button]:
        shown = sorted((*self.answers, *self.notices), key=lambda shown: shown.id)
        return [Button(message, choice) for message in shown for choice in message.prompt.choices]


class Talking:
    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.told: dict[Who, Told] = {}
        self.sent: list[Incoming] = []
        self.changed_at: dict[tuple[int, str], int] = {}
        self.gave: dict[tuple[str, int], tuple[int, str]] = {}
        self.now: View = installation.write(view)
        self._ids = itertools.count(1)

    # What people do -------------------------------------------------------------------------------------------------

    def say(self, who: Who, words: str, early: int = 0, kind: str = "text") -> Step:
        """`early`: sent when so many of the last answers had not been seen yet."""
        if kind == "contact":
            return self._send(who, early, kind=kind, contact=words)
        return self._send(who, early, kind=kind, text=words)

    def edit(self, who: Who, order: int, words: str) -> Step:
        """New words for an old message."""
        return self._send(who, 0, kind="edit", text=words, sequence=order)

    def press(self, who: Who, button: Button) -> Step:
        return self._send(who, 0, button, kind="tap", tap=button.choice.value)

    def forge(self, who: Who, code: str) -> Step:
        return self._send(who, 0, kind="tap", tap=code)

    def upload(self, who: Who, names: Sequence[str], early: int = 0) -> Step:
        """An album. What is no program is good."""
        return self._send(who, early, kind="file", files=tuple(_file(name) for name in names))

    def deliver_again(self, incoming: Incoming) -> None:
        """A platform that did not hear our answer; nothing at all may come of it."""
        self._handle(incoming)
        assert self.installation.write(view) == self.now, f"{incoming} had an effect twice"

    def look_up(self, *people: Who) -> None:
        """After something that was no message: people read what came."""
        for who in people:
            told = self.told.setdefault(who, Told())
            self.now, fresh = self.installation.write(partial(look, keys=KEYS, who=who[1], last=told.newest))
            told.notices += [self._shown(who, *message) for message in fresh if who[1] in self.now.talks]

    # What there is --------------------------------------------------------------------------------------------------

    def last(self, who: Who) -> Shown | None:
        return self.told.get(who, Told()).last

    def last_buttons(self, who: Who, label: str = "") -> list[Button]:
        """The buttons of the last message, those that say so."""
        shown = self.last(who)
        buttons = [Button(shown, choice) for choice in shown.prompt.choices] if shown else []
        return [button for button in buttons if label in ("", button.label)]

    def open_draft(self, who: Who) -> DraftView | None:
        talk = self.now.talks.get(who[1])
        draft = self.now.drafts.get(talk.draft or 0) if talk else None
        return draft if draft and draft.is_open else None

    def recent(self, who: Who, n: int) -> tuple[int, Question | None]:
        """The number of one of the last messages of this address, and what it had answered; 0 for none."""
        orders = [
            sent.sequence for sent in self.sent if sent.address == who[1] and sent.kind != "edit" and sent.sequence
        ]
        if not orders:
            return 0, None
        order = orders[-1 - n % min(len(orders), 6)]
        draft, name = self.gave.get((who[1], order), (0, ""))
        return order, self.form_of(self.now.drafts[draft]).questions.get(name) if draft else None

    def question(self, who: Who) -> Question | None:
        """The question that stands on the screen, if nothing has happened to it since and no early words wait."""
        shown, draft, talk = self.last(who), self.open_draft(who), self.now.talks.get(who[1])
        if not (shown and draft and talk and shown.question and shown.draft) or talk.held or talk.asked != shown.asks:
            return None
        name = shown.question.id
        as_shown = (shown.draft.state, shown.draft.version, shown.draft.partial.get(name))
        as_it_is = (draft.state, self.form_of(draft).version, draft.partial.get(name))
        is_newer = self.changed_at.get((draft.id, name), -1) > shown.step
        return None if is_newer or as_shown != as_it_is else shown.question

    def form_of(self, draft: DraftView) -> Form:
        """As the next message finds it: a draft in revision stays on its version."""
        return self.installation.app.form(draft.form, draft.version if draft.state == "revising" else None)

    # How it is sent -------------------------------------------------------------------------------------------------

    def _told(self, who: Who) -> Told:
        """What stood on the screen before the machine began counts as notices."""
        if who not in self.told:
            self.told[who] = Told()
            _, earlier = self.installation.write(partial(look, keys=KEYS, who=who[1], last=0))
            self.told[who].notices += [
                Shown(id, 0, prompt, locale, asks=None, draft=None, form=None, offered=None)
                for id, locale, prompt in earlier
            ]
        return self.told[who]

    def _send(self, who: Who, early: int, button: Button | None = None, **what: object) -> Step:
        told = self._told(who)
        number = next(self._ids)
        what = {"sequence": number, **what} if what["kind"] != "tap" else what
        early = min(early, max(len(told.answers) - 1, 0))
        seen = told.answers[-1 - early] if told.answers else None
        incoming = Incoming(
            id=f"m{number}",
            channel=who[0],
            address=who[1],
            at=self.installation.now,
            last_seen_id=seen.id if seen and early else told.newest,
            language="id",
            **what,  # type: ignore[arg-type]
        )
        before, step_number = self.now, len(self.sent)
        self._handle(incoming)
        self.now, fresh = self.installation.write(partial(look, keys=KEYS, who=who[1], last=told.newest))
        shown = tuple(self._shown(who, *message) for message in fresh)
        replies = tuple(message for message in shown if message.prompt.reason == "reply")
        told.notices += [message for message in shown if message not in replies]  # news that waited
        told.answers += replies
        self.sent.append(incoming)
        forms = {(form.id, form.version): form for form in self.installation.app.forms.values()}
        step = Step(
            step_number,
            who[1],
            incoming,
            seen,
            early > 0,
            button,
            before,
            self.now,
            replies,
            forms,
            {**self.changed_at},
            self.gave.get((who[1], incoming.sequence or 0)),
        )
        self.changed_at.update(dict.fromkeys(step.changes(), step_number))
        self._remember(step)
        for claim in CLAIMS:
            claim(step)
        return step

    def _remember(self, step: Step) -> None:
        """A message that is the whole answer to a question may be edited, as long as nothing else answers it."""
        recorded = step.recorded()
        for draft, name in recorded:
            self.gave = {order: gave for order, gave in self.gave.items() if gave != (draft, name)}
            was = step.before.drafts[draft].partial
            is_whole = len(recorded) == 1 and name not in was
            if step.incoming.sequence and is_whole and not agrees(step) and action(step) not in {"take", "keep"}:
                self.gave[step.who, step.incoming.sequence] = draft, name

    def _handle(self, incoming: Incoming) -> None:
        app, now = self.installation.app, self.installation.now
        self.installation.write(lambda session: handle(session, incoming, app, now))

    def _shown(self, who: Who, id: int, locale: str, prompt: Prompt) -> Shown:
        talk = self.now.talks[who[1]]
        draft = self.now.drafts.get(talk.draft or 0)
        form = self.installation.app.form(draft.form, draft.version) if draft else None
        offers = any(":use." in choice.value for choice in prompt.choices)
        said = locales.say(prompt.text, locale)
        offered = next(words for words in talk.held if f"“{words}”" in said) if offers else None
        return Shown(id, len(self.sent), prompt, locale, talk.asked, draft, form, offered)


def _file(name: str) -> IncomingFile:
    kind = name.rpartition(".")[2]
    if name.startswith("exe"):
        return IncomingFile(name, 512, refused="program")
    return IncomingFile(name, 2048, {"jpg": "jpeg"}.get(kind, kind), "0" * 64, "person/1", 1)
