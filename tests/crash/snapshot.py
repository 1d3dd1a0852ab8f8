"""How an installation stands, without what differs from run to run: times, chance, the order of what is independent."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.chat import prompt_from_json
from bot.service import results_reminders
from domain.text import Json
from storage import messages
from storage.tables import (
    Address,
    Application,
    AuditLine,
    CatalogueEntry,
    Dialogue,
    Draft,
    File,
    InboxRow,
    Job,
    Letter,
    Message,
    NumberSeries,
    OutboxRow,
    Person,
    Remark,
    Submission,
)
from tests.casework import audit_faults
from tests.talk import World

#: of a conversation: number, direction, words
Line = tuple[int, str, str]

#: jobs that come back for ever
RECURRING = ("forget", "clock", "spool", "failures")
#: jobs that are open while nothing is left to do now; a reminder of results is due after the planned release
_NOT_DUE_NOW = (*RECURRING, results_reminders.JOB)
_OPEN_JOBS = f"(SELECT count(*) FROM jobs WHERE done_at IS NULL AND kind NOT IN {_NOT_DUE_NOW})"
_NOT_SENT = "sent_at IS NULL AND gave_up_at IS NULL"


def _count(news: str) -> str:
    return f"""SELECT (SELECT count(*) FROM inbox WHERE state != 'done')
        + (SELECT count(*) FROM outbox WHERE {news}) + {_OPEN_JOBS}"""


#: SQL that counts messages not handled, not shown or not sent, and documents not made
UNSETTLED = _count(_NOT_SENT)
#: the same, without what waits for its reader to write
UNSETTLED_BY_US = _count(f"{_NOT_SENT} AND template_sent_at IS NULL")

#: what may differ: codes, and days that are counted from today
_CHANCE = re.compile(r"\b\d{8}\b|\b\d{1,2} [A-Z][a-z]+ \d{4}\b")
#: the link of a code, and the one back to the chat, which others know than the process that prepares the data
_LINK = re.compile(r"\n\n(?:[^\n]+\nhttp://127\.0\.0\.1:\d+/kode/\w+|[^\n]+: https?://\S+$)")

#: the other ways to fill the form, and what is in the code of the button for one of them: only a process with an
#: address has the form's page
_WAYS = re.compile(r"(?<=Jawab di sini satu per satu,)[^\n]+")
_PAGE_BUTTON = ":online:"

#: table → the columns that have to be the same however often the process died
_COLUMNS = {
    Person: ("name", "email", "institution", "eligibility", "merged_into_id"),
    Draft: ("person_id", "form", "state", "answers", "partial", "refill", "revision"),
    Dialogue: ("address_id", "conversation", "data", "asked", "choices"),
    Application: ("number", "person_id", "draft_id", "status", "title", "officer_id", "round", "verdict", "grounds"),
    Remark: ("application_id", "question", "text", "state", "reply"),
    Submission: ("application_id", "revision", "answers"),
    NumberSeries: ("name", "last"),
    File: ("person_id", "owner", "name", "kind"),
    AuditLine: ("case", "number", "actor", "act", "before", "after"),
    Letter: ("application_id", "stage", "state", "number", "identity", "file_id"),
    CatalogueEntry: ("title", "organiser", "letter_number", "recommendation_identity", "status"),
    InboxRow: ("channel", "state", "payload", "error"),
    OutboxRow: ("channel", "reason", "bulk", "gave_up_at", "failure"),
}


def snapshot(world: World) -> dict[str, list[object]]:
    """Everything that counts, by table; the conversations as a person reads them."""

    def read(session: Session) -> dict[str, list[object]]:
        rows: dict[str, list[object]] = {
            table.__tablename__: [
                tuple(getattr(row, column) for column in columns) for row in session.scalars(select(table))
            ]
            for table, columns in _COLUMNS.items()
        }
        asked = select(Job).where(Job.kind.not_in(RECURRING))
        rows["jobs"] = [(job.kind, job.key, job.done_at is not None) for job in session.scalars(asked)]
        return {**rows, "messages": _conversations(world, session)}

    return world.process.units.write_now(read)


def _conversations(world: World, session: Session) -> list[object]:
    query = select(Message, Address).join(Address, Address.id == Message.address_id)
    lines: list[object] = []
    for message, address in session.execute(query.order_by(Address.id, Message.id)):
        body: Json = messages.unseal_body(world.process.app.keys, message.body, address.id)
        prompt = prompt_from_json(body)
        words = _CHANCE.sub("…", _WAYS.sub("", _LINK.sub("", locales.say(prompt.text, message.locale))))
        file = prompt.attachment.name if prompt.attachment else None
        buttons = sum(_PAGE_BUTTON not in choice.value for choice in prompt.choices)
        lines.append((address.channel, address.external_id, message.direction, words, file, buttons))
    return lines


def conversation(world: World, address: str) -> list[Line]:
    """What a page of this address is shown."""
    said = asyncio.run(world.process.history.conversation("webchat", address, 0, 1000))
    return [(line.id, line.direction, locales.say(line.prompt.text, line.locale)) for line in said]


def sent_mails(world: World) -> set[str]:
    """The files that should be there: one for each mail that was sent."""
    sent = select(OutboxRow).where(OutboxRow.channel == "email", OutboxRow.sent_at.is_not(None))
    rows = world.process.units.write_now(lambda session: session.scalars(sent).all())
    return {f"outbox-{row.id}.eml" for row in rows if row.remote_ids}


def dropped(world: World) -> set[str]:
    """The files that are there."""
    return {file.name for file in (world.folder / "mail").glob("*")}


def unsettled(folder: Path, query: str = UNSETTLED) -> int:
    """Looks from outside at a running process."""
    database = sqlite3.connect(folder / "var" / "pst.db", timeout=10)
    try:
        count: int = database.execute(query).fetchone()[0]
        return count
    finally:
        database.close()


def faults(world: World) -> list[object]:
    """What the database itself finds wrong."""
    with world.process.units.engine.connect() as connection:
        intact = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [line for line in intact if line != "ok"] + list(dangling)


def misfits(world: World) -> list[object]:
    """Letters whose file is not what was signed for, and cases whose audit does not verify."""
    keep = world.process.store

    def read(session: Session) -> list[object]:
        drawn = session.execute(select(Letter, File).join(File, File.id == Letter.file_id).where(Letter.sha256 != ""))
        return [
            *(letter.id for letter, f in drawn if sha256(keep.read(f.object, f.owner)).hexdigest() != letter.sha256),
        ]

    return [*world.process.units.write_now(read), *audit_faults(world)]


def leftovers(world: World) -> tuple[int, int]:
    """Objects that no row names, and files in the spool. A row without its object is never all right."""
    named = set(world.process.units.write_now(lambda session: session.scalars(select(File.object)).all()))
    objects = set(world.process.store.names())
    assert named <= objects, "a row names an object that is not there"
    return len(objects - named), len(list((world.folder / "files" / "spool").glob("*")))
