"""The language of `tests/transcripts/*.chat`.

# a remark
= address budi · language en      who talks from here on; a new name is a new phone
> words                           what the person says; `\\n` is a new line, `{code}` the code from the newest mail,
                                  `{lanjut}` the newest code for going on elsewhere, `{ambil}` the one from the counter,
                                  `{rahasia}` the one of a complaint without a name
> [Label]                         the newest button with that label, however old
>! words                          sent before the last answer had been seen
> (file.pdf)                      a file of that kind; several: (a.pdf, b.png)
< words                           what the service says
~ restart · ~ later 2 days
~ page                            the newest link to the form's pages is opened, and all of them are filled in
~ mail                            the newest mail
~ invite officer Siti             a code for joining, `{invite}` from now on
~ scan                            an app scans the page of the newest link; `{autentikator}` is the code that it shows
~ hold 30                         acts wait 30 seconds before anybody is told
~ submitted                       an application of whoever talks, complete and without a fault, is there at once
~ read                            whoever talks has opened every block of the newest application
~ day off 2026-04-08            from now on the office does not work on this day
~ clock                           the clock is looked at: reminders, digests
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.office.profile import Office
from domain.office.working_days import DayOff
from storage import jobs
from tests.authenticator_app import scan_newest, shown_by_app
from tests.casework import read_all, submitted
from tests.talk import AMBIL, LANJUT, SECRET, UNDO, World

#: the paragraphs of a mail with the link of a code or back to the chat: others on every channel, missing on some
LINKS = re.compile(r"\n\n(?:[^\n]+\nhttps?://\S+(?:kode_|/kode/|text=)\S+|[^\n]+: https?://\S+$)")
FOLDER = Path(__file__).parent / "transcripts"
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


@dataclass(frozen=True, slots=True)
class Line:
    mark: str
    rest: str

    @classmethod
    def of(cls, line: str) -> Line:
        mark, _, rest = line.partition(" ")
        if mark not in {"=", "~", ">", ">!"}:
            raise ValueError(f"not a line of a transcript: {line!r}")
        return cls(mark, rest)

    @property
    def button(self) -> str | None:
        found = re.fullmatch(r"\[(.+)\]", self.rest)
        return found[1] if found else None

    @property
    def files(self) -> list[str]:
        found = re.fullmatch(r"\((.+)\)", self.rest)
        return [name.strip() for name in found[1].split(",")] if found else []

    @property
    def who(self) -> tuple[str, str]:
        """Name and language."""
        words = re.split(r"[\s·]+", self.rest)
        return words[words.index("address") + 1], words[words.index("language") + 1] if "language" in words else "id"

    def words(self, world: World) -> str:
        words = self.rest.replace("\\n", "\n").replace("{invite}", world.invitation)
        words = words.replace("{lanjut}", world.shown_code(LANJUT)) if "{lanjut}" in words else words
        words = words.replace("{rahasia}", world.shown_code(SECRET)) if "{rahasia}" in words else words
        words = words.replace("{ambil}", world.shown_code(AMBIL)) if "{ambil}" in words else words
        words = words.replace("{autentikator}", shown_by_app(world)) if "{autentikator}" in words else words
        return words.replace("{code}", world.code()) if "{code}" in words else words

    def happens(self, world: World, who: str) -> list[str]:
        """What is to be read then. A restart is another matter; jobs are there to be done."""
        match self.rest.split():
            case ["invite", role, *name]:
                world.invitation = world.invite(role, " ".join(name))
            case ["later", number, unit]:
                world.now += timedelta(seconds=int(number) * UNITS[unit])
            case ["scan"]:
                scan_newest(world)
            case ["hold", seconds]:
                world.process.app.undo_seconds = int(seconds)
            case ["submitted"]:
                submitted(world, who)
            case ["read"]:
                read_all(world, who)
            case ["day", "off", day]:
                world.process.app.office = with_day_off(world.process.app.office, date.fromisoformat(day))
            case ["clock"]:
                world.process.units.write_now(lambda session: jobs.add(session, "clock", "clock", world.now, {}))
            case ["mail"]:
                to, subject, text = world.mails()[-1]
                lines = [f"{to} · {subject}", *LINKS.sub("", text).splitlines()]
                lines = [re.sub(r"\b\d{8}\b", "{code}", line) for line in lines]
                return [UNDO.sub("/bukansaya {kode}", line) for line in lines]
            case _:
                raise ValueError(f"not an event: {self.rest!r}")
        return []


def with_day_off(office: Office, day: date) -> Office:
    """As the profile says it with one more day of this office alone."""
    changed = office.model_copy(
        update={"days_off": (*office.days_off, DayOff.model_validate({"date": day, "name": "Hari jadi"}))}
    )
    vars(changed).pop("calendar", None)  # it was read from the profile before
    return changed


def scripts() -> list[Path]:
    return sorted(FOLDER.glob("*.chat"))


def this_year(line: str) -> str:
    """The transcripts play in 2026, a real process in the present."""
    return line.replace("REK-2026-", f"REK-{datetime.now(UTC).year}-")
