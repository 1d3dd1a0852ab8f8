"""What must be so after a round, however often the processes died in it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.chat import prompt_from_json
from storage import messages
from storage.sending import ORDERED_RETRIES
from storage.tables import (
    Address,
    Application,
    AuditLine,
    Draft,
    File,
    HeldAct,
    InboxRow,
    Job,
    Letter,
    Message,
    NumberSeries,
    OutboxRow,
    Person,
    Rating,
    RegisterEntry,
    Remark,
    Submission,
)
from tests.crash.conversation import is_same
from tests.crash.phone import Shown
from tests.crash.snapshot import RECURRING, dropped, leftovers, misfits, sent_mails
from tests.crash_run.installation import Installation
from tests.crash_run.people import APPLICANTS, NUMBER, OFFICERS
from tests.crash_run.people import Person as Somebody
from tests.talk import World

#: numbers of applications and letters, which depend on who is faster, and days
_NUMBERS = re.compile(r"REK-\d{4}-\d{4}|B-\d+(?=[-/])|V-\d\d\.\d{4}\.\d{3}|\d{1,2} [A-Z][a-z]+ \d{4}|foto-\d+\.jpg")
#: acts that change nothing: a person may look again
_READINGS = {"read", "read_letter", "read_file", "letter_read", "read_applicant"}
#: news that depend on the hour, or on what went wrong
_OF_THE_HOUR = {"digest", "reminder", "failure", "failures", "delivery"}

#: applicant → what → how it stands
Facts = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Said:
    """A message to one address. `attempts`: to send it."""

    address: str
    is_notice: bool
    attempts: int
    shown: Shown


def opened(installation: Installation) -> World:
    """What the stopped processes have left."""
    url = installation.direct_url if installation.database == "postgresql" else ""
    return World(installation.folder / "var", database_url=url, now=datetime.now(UTC))


def facts(world: World) -> Facts:
    """What counts, by applicant, without what depends on who is faster."""
    return world.process.units.write_now(lambda session: {name: _facts_of(session, name) for name in APPLICANTS})


def _facts_of(session: Session, name: str) -> Mapping[str, object]:
    person = session.scalars(select(Person).where(Person.mailbox == f"{name}@example.go.id")).one()
    files = session.scalars(select(File.name).where(File.person_id == person.id))
    drafts = session.scalars(select(Draft).where(Draft.person_id == person.id, Draft.form == "recommendation_request"))
    draft = drafts.one()
    case = session.scalars(select(Application).where(Application.person_id == person.id)).one()
    submissions = session.scalars(select(Submission).where(Submission.application_id == case.id))
    remarks = session.scalars(select(Remark).where(Remark.application_id == case.id))
    lines = session.scalars(
        select(AuditLine).where(AuditLine.case == f"application/{case.id}").order_by(AuditLine.number)
    )
    letters = session.scalars(select(Letter).where(Letter.application_id == case.id).order_by(Letter.id))
    register = session.scalars(select(RegisterEntry).where(RegisterEntry.application_id == case.id))
    rating = session.get_one(Rating, case.id)
    return {
        "answers": _plain(draft.answers),
        "draft": (draft.state, draft.partial, draft.refill),
        "application": (case.status, case.title, case.round, case.verdict, case.grounds),
        "submissions": [(one.revision, _plain(one.answers)) for one in submissions],
        "remarks": [(one.question, one.text, one.state, one.reply) for one in remarks],
        "files": sorted(_NUMBERS.sub("…", file) for file in files),
        "audit": [line.act for line in lines if line.act not in _READINGS],
        "letters": [(one.stage, one.state, bool(one.number), bool(one.identity), bool(one.file_id)) for one in letters],
        "register": [(entry.state, entry.title) for entry in register],
        "rating": (rating.stars, rating.comment),
        "notices": _notices(session, person),
    }


def _plain(answers: Mapping[str, Any]) -> str:
    return _NUMBERS.sub("…", repr({key: _without_ids(value) for key, value in sorted(answers.items())}))


def _without_ids(value: Any) -> object:
    """Files by their names, because another round numbers them in another order."""
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_ids(item) for key, item in sorted(value.items()) if key not in {"id", "file_id"}}
    return value


def _notices(session: Session, person: Person) -> Mapping[str, int]:
    """Channel and reason → how many, replies aside."""
    mine = select(OutboxRow, Address).join(Address, Address.id == OutboxRow.address_id)
    rows = session.execute(mine.where(Address.person_id == person.id, OutboxRow.reason != "reply"))
    return Counter(f"{row.channel} {row.reason}" for row, _ in rows if row.reason not in _OF_THE_HOUR)


def faults(world: World, installation: Installation, people: Mapping[str, Somebody]) -> list[str]:
    """What is wrong, in words."""
    found = world.process.units.write_now(lambda session: [*_faults(session), *_staff_faults(world, session)])
    found += [f"the audit or a letter: {fault}" for fault in misfits(world)]
    found += [f"mails: {dropped(world) ^ sent_mails(world)}"] if dropped(world) != sent_mails(world) else []
    leftovers(world)  # a row without its object is never all right
    kept = world.process.units.write_now(lambda session: Counter(session.scalars(select(InboxRow.channel))))
    for network in installation.networks:
        if kept[network.channel] != network.said:
            found.append(f"{network.said} messages were sent on {network.channel}, {kept[network.channel]} are kept")
        found += network.flagged
    for person in people.values():
        said = world.process.units.write_now(partial(all_said, world, address=person.phone.address))
        found += [f"{person.name}: {fault}" for fault in out_of_order(person.phone.shown, said)]
    found += installation.complaints
    if "Traceback" in installation.log:
        found.append("a traceback in the log: " + installation.log.partition("Traceback")[2][:3000])
    return found


def _faults(session: Session) -> list[str]:
    count = len(APPLICANTS)
    found = []
    unlike: Mapping[str, Sequence[object]] = {
        "messages that are not done or failed": [
            (row.channel, row.state, row.error) for row in session.scalars(select(InboxRow)) if row.state != "done"
        ],
        "news given up": [
            (row.channel, row.reason, row.failure) for row in session.scalars(select(OutboxRow)) if row.gave_up_at
        ],
        "news not sent": [row.id for row in session.scalars(select(OutboxRow)) if not (row.sent_at or row.gave_up_at)],
        "jobs given up": [
            (job.kind, job.failure)
            for job in session.scalars(select(Job).where(Job.kind.not_in(RECURRING)))
            if job.gave_up_at
        ],
        "acts still held": [act.id for act in session.scalars(select(HeldAct))],
    }
    found += [f"{what}: {rows[:5]}" for what, rows in unlike.items() if rows]
    numbers = sorted(str(number) for number in session.scalars(select(Application.number)))
    if [number[-4:] for number in numbers] != [f"{n:04}" for n in range(1, count + 1)]:
        found.append(f"numbers of applications: {numbers}")
    letters = sorted(entry.number for entry in session.scalars(select(RegisterEntry)))
    if [letter.partition("/")[0] for letter in letters] != [f"B-{n}" for n in range(1, count + 1)]:
        found.append(f"numbers of letters: {letters}")
    series = {row.name: row.last for row in session.scalars(select(NumberSeries))}
    if any(last != count for name, last in series.items() if not name.startswith("audit/")):
        found.append(f"series of numbers: {series}")
    return found


#: news to the staff about each application → how many of them get it
_STAFF_NEWS = {
    "Permohonan baru {number}:": len(OFFICERS),
    "✓ Pemohon sudah diminta memperbaiki. Permohonan {number}.": 1,
    "Perbaikan permohonan {number} sudah masuk": 1,
    "Konsep surat untuk {number} sudah siap.": 1,
    "✓ Surat terbit. Dokumennya sedang dibuat, lalu dikirim kepada pemohon. Permohonan {number}.": 1,
}


def _staff_faults(world: World, session: Session) -> list[str]:
    said = [told.shown.words for told in all_said(world, session)]
    found = []
    for number in session.scalars(select(Application.number)):
        for news, count in _STAFF_NEWS.items():
            words = news.format(number=number)
            if (times := sum(line.startswith(words) for line in said)) != count:
                found.append(f"{words!r} was said {times} times, not {count}")
    return found


def all_said(world: World, session: Session, address: str = "") -> list[Said]:
    """In the order in which it was queued. `address`: only to this one."""
    query = select(Message, Address, OutboxRow).join(Address, Address.id == Message.address_id)
    query = query.join(OutboxRow, OutboxRow.message_id == Message.id).where(Message.direction == "out")
    query = query.where(Address.channel != "email").order_by(Message.id)
    if address:
        query = query.where(Address.external_id == address)
    told = []
    for message, sent_to, row in session.execute(query):
        prompt = prompt_from_json(messages.unseal_body(world.process.app.keys, message.body, sent_to.id))
        file = prompt.attachment.name if prompt.attachment else ""
        shown = Shown(locales.say(prompt.text, message.locale), file)
        told.append(Said(sent_to.external_id, row.bulk, row.attempts, shown))
    return told


def out_of_order(shown: Sequence[Shown], said: Sequence[Said]) -> list[str]:
    """Each message came: replies in their order, and notices of one application in theirs; it may have come again
    before the next one did. Notices of several applications are committed side by side, whatever their numbers.

    After `ORDERED_RETRIES` attempts a message does not keep the others waiting any more, so it may come late.
    """
    by_subject: defaultdict[str, list[Said]] = defaultdict(list)
    for told in said:
        by_subject[_subject(told)].append(told)
    lanes = list(by_subject.values())
    places = [0] * len(lanes)  # so many of each have come
    for message in shown:
        for number, lane in enumerate(lanes):
            place = places[number]
            late = next((n for n, told in enumerate(lane[place:]) if told.attempts <= ORDERED_RETRIES), len(lane))
            coming = [n for n, told in enumerate(lane[place : place + late + 1], place) if is_same(message, told.shown)]
            if coming:
                places[number] = coming[0] + 1
                break
        else:
            if not any(_came_again(message, lane[: places[number]]) for number, lane in enumerate(lanes)):
                following = [lane[place : place + 1] for lane, place in zip(lanes, places, strict=True)]
                return [f"out of turn: {message}, before {following}"]
    everything = [told for told in said if not any(is_same(message, told.shown) for message in shown)]
    return [f"never came: {everything}"] if everything else []


def _subject(told: Said) -> str:
    """Of a notice: its application, if it names one."""
    found = NUMBER.search(told.shown.words) if told.is_notice else None
    return f"notices {found[0] if found else ''}" if told.is_notice else "replies"


def _came_again(message: Shown, came: Sequence[Said]) -> bool:
    """The last one, or one that many attempts were made for."""
    earlier = [told for told in came if told.attempts > ORDERED_RETRIES]
    return any(is_same(message, told.shown) for told in [*came[-1:], *earlier])
