"""What stands on a phone, and whether it is what was said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

import locales
from bot.channel import StoredMessage
from bot.chat import Choice
from storage.tables import File, OutboxRow
from tests.talk import World


@dataclass(frozen=True)
class Seen:
    """One message on a screen, or several that belong together."""

    text: str
    buttons: Mapping[str, str] = field(default_factory=dict)  #: code → title
    below: Sequence[str] = ()  #: buttons that type their words
    files: Sequence[tuple[str, bytes]] = ()
    links: Sequence[str] = ()
    messages: int = 0  #: attachments aside

    def __add__(self, other: Seen) -> Seen:
        return Seen(
            f"{self.text}\n{other.text}",
            {**self.buttons, **other.buttons},
            [*self.below, *other.below],
            [*self.files, *other.files],
            [*self.links, *other.links],
            self.messages + other.messages,
        )


def differences(said: StoredMessage, seen: Seen, file: bytes | None) -> list[str]:
    """What was said and cannot be found on the screen."""
    prompt, missing = said.prompt, []
    if squeezed(locales.say(prompt.text, said.locale)) not in squeezed(seen.text):
        missing.append(f"the text {locales.say(prompt.text, said.locale)!r}")
    number = 0
    for choice in prompt.choices:
        number += not choice.nav
        if not _can_choose(choice, number, said.locale, seen):
            missing.append(f"the choice {locales.say(choice.label, said.locale)!r}")
    if prompt.attachment and not _has_file(prompt.attachment.name, file, seen):
        missing.append(f"the file {prompt.attachment.name}")
    if prompt.link and prompt.link.url not in [*seen.links, *seen.text.split()]:
        missing.append(f"the link {prompt.link.url}")
    return missing


def _has_file(name: str, file: bytes | None, seen: Seen) -> bool:
    """A picture has no name where it is shown in the conversation."""
    if (name, file) in seen.files:
        return True
    return name.endswith(".png") and ("file.png", file) in seen.files


def _can_choose(choice: Choice, number: int, locale: str, seen: Seen) -> bool:
    """By a button with its words, the short ones only where the long ones can be read too or are not needed; or by
    typing the number before its words, or the words.
    """
    label = squeezed(locales.say(choice.label, locale))
    short = squeezed(locales.say(choice.short, locale)) if choice.short else label
    numbered = {f"{number}. {words}" for words in (label, short)}
    title = seen.buttons.get(choice.value)
    if title is not None:
        return title in {label, short, *numbered}
    if label in seen.below:
        return True
    if choice.listed and HOW_TO_TYPE.search(seen.text):
        return True
    if choice.nav:
        return short.strip(" «»‹›←→✓✔…").casefold() in seen.text.casefold()
    return f"{number}. {label}" in [squeezed(line) for line in seen.text.splitlines()]


#: says how a choice is typed whose line stands in the text
HOW_TO_TYPE = re.compile("Untuk memilih salah satu baris|To choose one of the lines")


def squeezed(words: str) -> str:
    return " ".join(words.split())


async def on_the_way(world: World, said: Sequence[StoredMessage]) -> dict[int, OutboxRow]:
    """Message id → its row of the outbox."""
    async with world.process.units.reading() as session:
        rows = await session.scalars(
            select(OutboxRow).where(OutboxRow.message_id.in_([message.id for message in said]))
        )
        return {row.message_id: row for row in rows}


async def attached(world: World, said: StoredMessage) -> bytes | None:
    """The bytes that the message should bring."""
    if said.prompt.attachment is None:
        return None
    async with world.process.units.reading() as session:
        file = await session.get_one(File, said.prompt.attachment.file_id)
    return world.process.store.read(file.object, file.owner)
