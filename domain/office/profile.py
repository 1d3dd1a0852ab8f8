"""The office profile: everything in which one office differs from the next, read from a TOML file.

The dataclasses are the file's tables and their fields its keys. A profile that is not complete and correct is refused
when the program starts, with one line that says where and what to do; nothing is filled in silently.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from importlib import resources
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.form.reading import Area
from domain.numbers import LETTER_PARTS, checked_application_pattern, checked_identity_pattern, checked_pattern
from domain.office.working_days import Calendar, CalendarInvalid
from domain.tables import TableInvalid, read_table
from domain.text import Arg, Text, lines

PACKAGED = "jeneponto.toml"
MAP_SEARCH = "https://www.google.com/maps/search/?api=1&query="


class OfficeInvalid(ValueError):
    """A profile that cannot be used; the message is one line: file, table, key and what to do."""


@dataclass(frozen=True, slots=True)
class Seat:
    """[office]"""

    area: str
    name: str
    district: str
    district_name: str
    province: str
    province_area: str
    address: str
    postcode: str
    phone: str
    website: str
    email: str
    timezone: str
    timezone_label: str
    map_url: str = ""  #: where the office is on a map; empty: a search for its address

    def __post_init__(self) -> None:
        for key, code in (("area", self.area), ("province_area", self.province_area)):
            if not re.fullmatch("[0-9]{4}", code):
                raise ValueError(f'{key}: write the four digits of the area, as "7304", not "{code}"')
        if self.map_url and not self.map_url.startswith("https://"):
            raise ValueError(f'map_url: write an address that begins with https://, not "{self.map_url}"')
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'timezone: "{self.timezone}" is unknown; write one as "Asia/Makassar"') from None


@dataclass(frozen=True, slots=True)
class DeskHours:
    days: tuple[int, ...]  #: 1 is Monday
    opens: time
    closes: time
    text: Text
    confirmed: bool

    def __post_init__(self) -> None:
        if not self.days or not set(self.days) <= set(range(1, 8)):
            raise ValueError("days: write numbers from 1 (Monday) to 7 (Sunday)")
        if self.opens >= self.closes:
            raise ValueError("closes: write a time later than opens")


@dataclass(frozen=True, slots=True)
class Complaints:
    desk: Text
    website: str
    email: str
    whatsapp: str
    national: str
    national_website: str
    first_answer_days: int  #: working days
    settled_days: int  #: working days
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom the cover letter is written."""

    name: str
    address: str
    email: str
    copy_by_mail: bool  #: letter and form are also mailed there on submission
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ProvinceOffice:
    name: str
    address: str
    email: str
    website: str


@dataclass(frozen=True, slots=True)
class NationalOffice:
    name: str
    address: str
    website: str
    application: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where applicants of another level are sent."""

    province: ProvinceOffice
    national: NationalOffice


@dataclass(frozen=True, slots=True)
class Signer:
    """Who issues the letter; an empty name is taken from the person who does."""

    title: Text
    confirmed: bool
    name: str = ""
    rank: str = ""
    nip: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    letterhead: tuple[str, ...]
    place: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """[deadline]"""

    working_days: int
    exclude_joint_leave: bool
    pauses_during_revision: bool
    reminder_days: tuple[int, ...]  #: days of silence after remarks
    expires_months: int  #: months of silence after remarks
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    application_number: str
    letter_number: str
    identity: str
    confirmed: bool

    def __post_init__(self) -> None:
        with _about("application_number"):
            checked_application_pattern(self.application_number)
        with _about("letter_number"):
            checked_pattern(self.letter_number, LETTER_PARTS)
        with _about("identity"):
            checked_identity_pattern(self.identity)


@dataclass(frozen=True, slots=True)
class Retention:
    """Days."""

    messages: int
    files_after_close: int
    inbox_ids: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Applicant:
    asks_identity_scan: bool


@dataclass(frozen=True, slots=True)
class ToConfirm:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalBasis:
    cite: str
    what: Text
    in_letter: bool = False  #: named in the opening of a letter of recommendation

    @property
    def line(self) -> Text:
        return Text("• %(cite)s tentang %(what)s", cite=self.cite, what=self.what)


@dataclass(frozen=True)
class Office:
    office: Seat
    desk_hours: DeskHours
    complaints: Complaints
    addressee: Addressee
    redirect: Redirect
    signer: Signer
    letters: Letters
    deadline: Terms
    numbers: Numbers
    retention: Retention
    applicant: Applicant
    holidays: Mapping[str, object]  #: years in the shape of the packaged calendar, which they replace
    to_confirm: ToConfirm
    legal_basis: tuple[LegalBasis, ...]

    @staticmethod
    def load(path: Path | None = None) -> Office:
        """The profile at `path`, or the packaged one. Raises `OfficeInvalid`."""
        source = path or resources.files("domain") / "data" / "offices" / PACKAGED
        name = str(path) if path else PACKAGED
        try:
            office = read_table(Office, tomllib.loads(source.read_text(encoding="utf-8")))
            Calendar.of(office.holidays)
        except OSError as error:
            raise OfficeInvalid(f"{name}: cannot be read ({error.strerror}); check path and rights") from None
        except UnicodeDecodeError:
            raise OfficeInvalid(f"{name}: is not text; save it as UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise OfficeInvalid(f"{name}: is not TOML: {error}") from None
        except TableInvalid as error:
            raise OfficeInvalid(f"{name}, {error}") from None
        except CalendarInvalid as error:
            raise OfficeInvalid(f"{name}, [holidays] {error}") from None
        return office

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.office.timezone)

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar.load(self.deadline.exclude_joint_leave, self.holidays)

    @property
    def district(self) -> Area:
        return Area(self.office.area, self.office.district_name)

    @property
    def province(self) -> Area:
        return Area(self.office.province_area, self.office.province)

    @property
    def map_url(self) -> str:
        """Where the office is, on a map."""
        sought = f"{self.office.name}, {self.office.address}, {self.office.district}"
        return self.office.map_url or f"{MAP_SEARCH}{quote(sought, safe='')}"

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The districts of the office's province."""
        table = (resources.files("domain") / "data" / "areas.csv").read_text(encoding="utf-8")
        rows = csv.DictReader(table.splitlines())
        ours = (row for row in rows if row["code"][:2] == self.office.area[:2])
        return tuple(Area(row["code"], row["name"], row["short"]) for row in ours)

    @cached_property
    def switches(self) -> frozenset[str]:
        """The names under which a form asks whether something is on (`when_profile`)."""
        return frozenset({"asks_identity_scan"} if self.applicant.asks_identity_scan else ())

    @cached_property
    def words(self) -> Mapping[str, Arg]:
        """The values of the placeholders in the texts of `domain/data`."""
        province, national = self.redirect.province, self.redirect.national
        return {
            "area": self.office.area,
            "office": self.office.name,
            "district": self.office.district,
            "district_name": self.office.district_name,
            "province": self.office.province,
            "province_area": self.office.province_area,
            "address": f"{self.office.address} {self.office.postcode}",
            "phone": self.office.phone,
            "website": self.office.website,
            "email": self.office.email,
            "hours": self.desk_hours.text,
            "complaint_desk": self.complaints.desk,
            "complaint_website": self.complaints.website,
            "complaint_email": self.complaints.email,
            "complaint_whatsapp": self.complaints.whatsapp,
            "complaint_national": self.complaints.national,
            "complaint_national_website": self.complaints.national_website,
            "complaint_first_answer": self.complaints.first_answer_days,
            "complaint_settled": self.complaints.settled_days,
            "addressee": self.addressee.name,
            "addressee_address": self.addressee.address,
            "addressee_email": self.addressee.email,
            "province_office": province.name,
            "province_address": province.address,
            "province_email": province.email,
            "province_website": province.website,
            "national_office": national.name,
            "national_address": national.address,
            "national_website": national.website,
            "national_application": national.application,
            "signer": self.signer.title,
            "working_days": self.deadline.working_days,
            "expires_months": self.deadline.expires_months,
            "messages_days": self.retention.messages,
            "files_days": self.retention.files_after_close,
            "legal_basis": lines(*(basis.line for basis in self.legal_basis)),
        }


@contextmanager
def _about(key: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
