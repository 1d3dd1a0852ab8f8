"""The office profile: everything that differs from office to office, read from a TOML file.

The models are the file's tables and their fields its keys. A profile that is not complete and correct is refused when
the program starts, with one line that says where and what to write.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from domain.definitions import DATA, Count, Definition, DefinitionInvalid, Many, NonEmptyStr, Sentence, problem, read
from domain.form.reading import Area
from domain.numbers import LETTER_PARTS, checked_application_pattern, checked_identity_pattern, checked_pattern
from domain.office.fields import (
    AreaCode,
    Fingerprint,
    PictureName,
    PublicKey,
    TimeOfDay,
    WebAddress,
    ZoneName,
    number_pattern,
)
from domain.office.working_days import Calendar, CalendarDocument, DayOff
from domain.text import Arg, Text, lines

PACKAGED = DATA / "offices" / "jeneponto.toml"
MAP_SEARCH = "https://www.google.com/maps/search/?api=1&query="


class OfficeDetails(Definition):
    """[office]"""

    area: AreaCode
    name: NonEmptyStr
    district: NonEmptyStr
    district_name: NonEmptyStr
    province: NonEmptyStr
    province_area: AreaCode
    address: NonEmptyStr
    postcode: NonEmptyStr
    phone: NonEmptyStr
    website: NonEmptyStr
    email: NonEmptyStr
    timezone: ZoneName
    timezone_label: NonEmptyStr
    map_url: WebAddress = ""  #: the office on a map; empty: a search for its address


class OpeningHours(Definition):
    """[desk_hours]"""

    days: Many[int]  #: 1 is Monday
    opens: TimeOfDay
    closes: TimeOfDay
    text: Sentence
    confirmed: bool

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.days or not set(self.days) <= set(range(1, 8)):
            raise problem("days: write numbers from 1 (Monday) to 7 (Sunday)")
        if self.opens >= self.closes:
            raise problem("closes: write a time later than opens")
        return self


class ComplaintContacts(Definition):
    """[complaints]"""

    desk: Sentence
    website: NonEmptyStr
    email: NonEmptyStr
    whatsapp: NonEmptyStr
    national: NonEmptyStr
    national_website: NonEmptyStr
    first_answer_days: Count  #: working days
    settled_days: Count  #: working days
    confirmed: bool


class Addressee(Definition):
    """[addressee]: to whom the cover letter is written."""

    name: NonEmptyStr
    address: NonEmptyStr
    email: NonEmptyStr
    copy_by_mail: bool  #: letter and form are also mailed there on submission
    confirmed: bool


class ProvinceOffice(Definition):
    name: NonEmptyStr
    address: NonEmptyStr
    email: NonEmptyStr
    website: NonEmptyStr


class NationalOffice(Definition):
    name: NonEmptyStr
    address: NonEmptyStr
    website: NonEmptyStr
    application: NonEmptyStr


class OtherOffices(Definition):
    """[redirect]: where applicants of another level are sent."""

    province: ProvinceOffice
    national: NationalOffice


class OfficeSigner(Definition):
    """[signer]: who issues the letter. An empty name is taken from the person who issues it."""

    title: Sentence
    confirmed: bool
    name: str = ""
    rank: str = ""
    nip: str = ""
    place: str = ""  #: where the signer's office is; empty: where the letterhead's is


class LetterSettings(Definition):
    """[letters]"""

    letterhead: Many[NonEmptyStr]
    place: NonEmptyStr
    confirmed: bool
    logo: PictureName = ""  #: a file beside the profile; empty: its space is kept
    nature: str = "Biasa"
    copies: Many[NonEmptyStr] = ()  #: who gets a copy, unless the officer names others


class FormerKey(Definition):
    """One of [signing] former_keys."""

    public_key: PublicKey
    until: date  #: the last day on which it sealed letters


class SigningSettings(Definition):
    """[signing]: how letters are signed."""

    way: Literal["none", "certificate", "outside", "bsre"]
    confirmed: bool
    trusted: Many[Fingerprint] = ()  #: certificates of signatures made outside that nobody needs to confirm
    scans: bool = False  #: a scan of a paper that was signed by hand is accepted too
    public_key: PublicKey = ""  #: of the office's seal; empty: the one of the installation
    former_keys: Many[FormerKey] = ()  #: that have sealed letters before it


class DeadlineSettings(Definition):
    """[deadline]"""

    working_days: Count
    exclude_joint_leave: bool
    pauses_during_revision: bool
    reminder_days: Many[Count]  #: days of silence after remarks
    expires_months: Count  #: months of silence after remarks
    confirmed: bool


class NumberPatterns(Definition):
    """[numbers]"""

    application_number: Annotated[NonEmptyStr, number_pattern(checked_application_pattern)]
    letter_number: Annotated[NonEmptyStr, number_pattern(lambda pattern: checked_pattern(pattern, LETTER_PARTS))]
    identity: Annotated[NonEmptyStr, number_pattern(checked_identity_pattern)]
    confirmed: bool


class RetentionDays(Definition):
    """[retention]"""

    messages: Count
    files_after_close: Count
    inbox_ids: Count
    guest_book: Count = 365
    drafts: Count = 365  #: since the last change of a form that was not sent
    confirmed: bool


class QueueSettings(Definition):
    """[queue]: numbers for the desk."""

    minutes_each: Count = 15  #: how long a visitor takes, until the day itself shows it
    days_ahead: Count = 5  #: working days for which numbers are given, after today
    confirmed: bool = False


class StaffSettings(Definition):
    """[staff]: how the office's side is protected."""

    #: before which people a code of their authenticator is asked for: those who have set one up, or everybody
    step_up: Literal["off", "enrolled", "required"] = "enrolled"
    lock_after_hours: Annotated[int, Field(ge=0)] = 8  #: without a message; 0: never
    confirmed: bool = False


class LiveChatSettings(Definition):
    """[live_chat]: conversations with an officer."""

    wait_minutes: Count = 15  #: within the desk hours, until nobody has taken it
    silence_minutes: Count = 30  #: since the last message
    confirmed: bool = False


class ConsultationSettings(Definition):
    """[consultations]: questions that an officer answers in writing."""

    answer_days: Count = 5  #: working days
    confirmed: bool = False


class ApplicantSettings(Definition):
    """[applicant]"""

    asks_identity_scan: bool


class OpenPoints(Definition):
    """[to_confirm]: what the office must still confirm."""

    items: Many[NonEmptyStr]


class LegalBasis(Definition):
    cite: NonEmptyStr
    what: Sentence
    in_letter: bool = False  #: named in the opening of a letter of recommendation

    @property
    def line(self) -> Text:
        return Text("• %(cite)s tentang %(what)s", cite=self.cite, what=self.what)


class Office(Definition):
    office: OfficeDetails
    desk_hours: OpeningHours
    complaints: ComplaintContacts
    addressee: Addressee
    redirect: OtherOffices
    signer: OfficeSigner
    letters: LetterSettings
    signing: SigningSettings
    deadline: DeadlineSettings
    numbers: NumberPatterns
    retention: RetentionDays
    applicant: ApplicantSettings
    queue: QueueSettings = QueueSettings()
    staff: StaffSettings = StaffSettings()
    live_chat: LiveChatSettings = LiveChatSettings()
    consultations: ConsultationSettings = ConsultationSettings()
    holidays: CalendarDocument  #: years that replace those of the packaged calendar
    days_off: Many[DayOff] = ()  #: single days on which this office alone does not work
    to_confirm: OpenPoints
    legal_basis: Many[LegalBasis]

    @staticmethod
    def load(path: Path | None = None) -> Office:
        """The profile at `path`, or the packaged one. Raises `DefinitionInvalid`."""
        return read(Office, path, name=str(path)) if path else read(Office, PACKAGED)

    def read_logo(self, path: Path | None) -> bytes:
        """The picture that the profile at `path` names; empty without one. Raises `DefinitionInvalid`."""
        name = self.letters.logo
        if not name:
            return b""
        try:
            return ((path.parent if path else PACKAGED) / name).read_bytes()
        except OSError as error:
            raise DefinitionInvalid(f"{path}: letters.logo: {name} cannot be read ({error.strerror})") from None

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.office.timezone)

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar.load(self.deadline.exclude_joint_leave, self.holidays, self.days_off)

    @property
    def district(self) -> Area:
        return Area(self.office.area, self.office.district_name)

    @property
    def province(self) -> Area:
        return Area(self.office.province_area, self.office.province)

    @property
    def map_url(self) -> str:
        sought = f"{self.office.name}, {self.office.address}, {self.office.district}"
        return self.office.map_url or f"{MAP_SEARCH}{quote(sought, safe='')}"

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The districts of the office's province."""
        table = (DATA / "areas.csv").read_text(encoding="utf-8")
        rows = csv.DictReader(table.splitlines())
        ours = (row for row in rows if len(row["code"]) == 4 and row["code"][:2] == self.office.area[:2])
        return tuple(Area(row["code"], row["name"], row["short"]) for row in ours)

    @cached_property
    def switches(self) -> frozenset[str]:
        """The switches that are on, under the names that a form's `when_profile` uses."""
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
