"""What a page or a console shows of a conversation, read from the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import cast

from bot.channel import AddressView, FetchFailed, StoredFile, StoredMessage
from bot.chat import prompt_from_json
from bot.service import form_files
from domain.form.loading import REQUEST_FORM
from domain.permissions import Act, Role, may
from storage import dialogues, drafts, file_records, inbox, messages, outbox, people
from storage.files import FileStore
from storage.messages import ConversationLine
from storage.objects import StoreAway
from storage.secrets import Keys
from storage.tables import Address, Application, File, Officer
from storage.unit import Session, Units


class HistoryService:
    """Implements `bot.channel.History`."""

    def __init__(self, units: Units, keys: Keys, store: FileStore, zone: tzinfo, clock: Callable[[], datetime]) -> None:
        """`zone`: the time zone of the times that are shown."""
        self._units = units
        self._keys = keys
        self._store = store
        self._zone = zone
        self._clock = clock

    async def conversation(self, channel: str, address: str, after: int, limit: int) -> list[StoredMessage]:
        async with self._units.reading() as session:
            row = await people.read_address(session, channel, address)
            if row is None:
                return []
            hidden = row.hidden_message_id or 0
            lines = await messages.conversation(session, self._keys, row.id, after, limit, hidden=hidden)
        return [self._stored_message(line) for line in lines]

    async def earlier(self, channel: str, address: str, before: int, limit: int) -> list[StoredMessage]:
        async with self._units.reading() as session:
            row = await people.read_address(session, channel, address)
            if row is None:
                return []
            hidden = row.hidden_message_id or 0
            lines = await messages.earlier(session, self._keys, row.id, before, limit, hidden=hidden)
        return [self._stored_message(line) for line in lines]

    async def acknowledge(self, channel: str, address: str, up_to: int) -> None:
        now = self._clock()

        def mark_as_sent(session: Session) -> None:
            row = people.find(session, channel, address)
            if row is not None:
                outbox.acknowledge(session, row.id, up_to, now)

        await self._units.write(mark_as_sent)

    async def address_view(self, channel: str, address: str) -> AddressView | None:
        async with self._units.reading() as session:
            row = await people.read_address(session, channel, address)
        return AddressView(row.locale, row.hidden_message_id or 0) if row else None

    async def takes_file(self, channel: str, address: str, name: str) -> bool:
        async with self._units.reading() as session:
            if await dialogues.read_takes_file(session, channel, address):
                return True
            is_form = form_files.is_named_like_form(name)
            return is_form and await drafts.read_has_changeable(session, channel, address, REQUEST_FORM)

    async def was_received(self, channel: str, address: str, external_id: str) -> bool:
        async with self._units.reading() as session:
            return await inbox.read_was_received(session, channel, address, external_id)

    async def attachment(self, channel: str, address: str, file_id: int) -> StoredFile | None:
        async with self._units.reading() as session:
            found = await file_records.read_of_address(session, channel, address, file_id)
        if found is None or not _may_read(*found):
            return None
        file = found[0]
        try:
            content = await asyncio.to_thread(self._store.read, file.object, file.owner)
        except StoreAway:
            raise FetchFailed("unreachable", "the object store is away") from None
        return StoredFile(file.name, file.kind, content)

    def _stored_message(self, line: ConversationLine) -> StoredMessage:
        return StoredMessage(
            line.id,
            "out" if line.direction == "out" else "in",
            line.at.astimezone(self._zone),
            line.locale,
            prompt_from_json(line.body),
            line.external_id,
        )


def _may_read(file: File, address: Address, officer: Officer | None, application: Application | None) -> bool:
    """A copy for the staff is read only where its person joined the staff, while they may read the case, or advise."""
    if application is None and file.consultation_id is None and file.complaint_id is None:
        return True
    if officer is None or officer.revoked_at is not None or address.staff_since is None:
        return False
    if application is None:
        act: Act = "advise" if file.consultation_id is not None else "read_complaint"
        return may(cast("Role", officer.role), act, owns=False, holds=False)
    owns, holds = application.person_id == file.person_id, application.officer_id == file.person_id
    return may(cast("Role", officer.role), "read", owns=owns, holds=holds)
