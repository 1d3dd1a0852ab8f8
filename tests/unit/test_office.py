from __future__ import annotations

import re
from datetime import date, time
from importlib import resources
from pathlib import Path

import pytest

from domain.definitions import DefinitionInvalid
from domain.form.reading import Area, source_words
from domain.office.profile import Office
from domain.office.working_days import Deadline
from domain.text import PLACEHOLDER, Text
from tests.office_profiles import profile

DATA = resources.files("domain") / "data"
OFFICE = Office.load()


def test_the_packaged_profile_says_what_the_service_standard_says() -> None:
    assert OFFICE.office.name == "BPS Kabupaten Jeneponto"
    assert OFFICE.deadline.working_days == 30
    assert OFFICE.addressee.email == "kasedls@bps.go.id"
    assert OFFICE.signer.title == Text("Direktur Diseminasi Statistik")
    assert OFFICE.desk_hours.opens == time(8)
    assert OFFICE.zone.key == "Asia/Makassar"


def test_the_office_is_on_a_map_or_searched_for_there() -> None:
    assert OFFICE.map_url.startswith(
        "https://www.google.com/maps/search/?api=1&query=BPS%20Kabupaten%20Jeneponto%2C%20Jl."
    )
    details = OFFICE.office.model_copy(update={"map_url": "https://maps.example.org/kantor"})
    assert OFFICE.model_copy(update={"office": details}).map_url == "https://maps.example.org/kantor"


def test_areas_are_codes_with_names() -> None:
    assert OFFICE.district == Area("7304", "Jeneponto")
    assert OFFICE.province == Area("7300", "Sulawesi Selatan")
    assert OFFICE.district in OFFICE.areas
    assert len(OFFICE.areas) == 24


def test_every_placeholder_of_the_data_files_has_a_value() -> None:
    files = [file for folder in (DATA, DATA / "forms") for file in folder.iterdir() if file.name.endswith(".toml")]
    used = {name for file in files for name in PLACEHOLDER.findall(file.read_text(encoding="utf-8"))}
    codes = {name for file in files for name in re.findall(r'code = "@(\w+)"', file.read_text(encoding="utf-8"))}
    assert used | codes <= set(OFFICE.words)


def test_every_value_can_be_shown() -> None:
    assert OFFICE.words["address"] == "Jl. Pelita No. 58, Bontosunggu 92311"
    shown = source_words(Text("%(x)s", x=OFFICE.words["legal_basis"]))
    assert shown.splitlines()[0] == "• UU 16/1997 tentang Statistik"
    assert len(shown.splitlines()) == len(OFFICE.legal_basis)


def test_a_switch_is_on_only_when_the_profile_says_so(tmp_path: Path) -> None:
    assert OFFICE.switches == frozenset()
    path = profile(tmp_path, ("asks_identity_scan = false", "asks_identity_scan = true"))
    assert Office.load(path).switches == {"asks_identity_scan"}


def test_the_calendar_follows_the_profile(tmp_path: Path) -> None:
    assert OFFICE.calendar.deadline(date(2026, 3, 2), 30).day == date(2026, 4, 21)
    path = profile(
        tmp_path,
        ("exclude_joint_leave = true", "exclude_joint_leave = false"),
        ("[holidays]", '[holidays.2027]\nholidays = [{ date = 2027-01-01, name = "Tahun Baru" }]'),
    )
    calendar = Office.load(path).calendar
    assert calendar.deadline(date(2026, 3, 2), 30).day == date(2026, 4, 15)
    assert calendar.deadline(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 4), certain=True)


def test_optional_keys_may_be_left_out(tmp_path: Path) -> None:
    assert Office.load(profile(tmp_path, ('nip = ""', ""))).signer.nip == ""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('phone = "083299397188"', "", "[office]: phone: is missing; add it"),
        ('phone = "083299397188"', 'phone = ""', "[office]: phone: is empty; fill it in"),
        ('phone = "083299397188"', "phone = 832", "[office]: phone: write words in quotes, not '832'"),
        (
            'phone = "083299397188"',
            'phone = "1"\nfax = "2"',
            '[office]: unknown key "fax"; use one of area, name,',
        ),
        (
            'phone = "083299397188"',
            'phone = "1"\nphone_en = "2"',
            '[office]: unknown key "phone_en"; did you mean',
        ),
        ("working_days = 30", "working_days = 0", "[deadline]: working_days: write a number from 1, not '0'"),
        ("working_days = 30", "working_days = true", "[deadline]: working_days: write a whole number, not 'True'"),
        (
            "reminder_days = [7,",
            'reminder_days = ["7",',
            "[deadline]: reminder_days: write a whole number, not '7'",
        ),
        ("days = [1, 2, 3, 4, 5]", "days = 5", "[desk_hours]: days: write a list, in square brackets, not '5'"),
        ("days = [1, 2, 3, 4, 5]", "days = [8]", "[desk_hours]: days: write numbers from 1 (Monday) to 7 (Sunday)"),
        ('opens = "08:00"', 'opens = "8 pagi"', "[desk_hours]: opens: write a time as \"08:00\", not '8 pagi'"),
        ("days = [1, 2, 3, 4, 5]", "days = []", "[desk_hours]: days: write numbers from 1 (Monday) to 7 (Sunday)"),
        ('opens = "08:00"', 'opens = "15:30"', "[desk_hours]: closes: write a time later than opens"),
        ('opens = "08:00"', 'opens = "16:00"', "[desk_hours]: closes: write a time later than opens"),
        ('"Asia/Makassar"', '"Asia/Jeneponto"', '[office]: timezone: "Asia/Jeneponto" is unknown; write one as'),
        ('"Asia/Makassar"', '"../zone"', '[office]: timezone: "../zone" is unknown'),
        ('map_url = ""', 'map_url = "http://x.id"', "[office]: map_url: write an address that begins with https://"),
        ('area = "7304"', 'area = "73"', '[office]: area: write the four digits of the area, as "7304", not "73"'),
        ("REK-%(year)s", "REK-%(tahun)s", '[numbers]: application_number: "REK-%(tahun)s-%(serial)04d": unknown part'),
        (
            "REK-%(year)s",
            "REKOMENDASI/%(year)s",
            '"REKOMENDASI/2026-99999" is longer than the 20 characters of',
        ),
        ("/KS.200/", "/%(kode)s/", "[numbers]: letter_number: "),
        ("%(serial)03d", "%(serial)02d", "[numbers]: identity: "),
        ("confirmed = false", "confirmed = 0", "[desk_hours]: confirmed: write true or false, not '0'"),
        ("[redirect.national]", "[redirect.pusat]", '[redirect]: unknown key "pusat"; use one of province, national'),
        ('cite = "PP 51/1999"', "", "legal_basis 2: cite: is missing"),
        ("[holidays]", "[[holidays]]", "holidays: write a table, not"),
        ("\n[to_confirm]\n", "\n[[to_confirm]]\n", "to_confirm: write a table, not"),
        (
            "[holidays]",
            "[holidays.2027]\nholidays = 3",
            "[holidays.2027]: holidays: write a list, in square",
        ),
        (
            'public_key = ""',
            'public_key = "A6E"',
            "[signing]: public_key: write the 43 letters that pst-bot public-key",
        ),
        ("[letters]", "[letters", "is not TOML: "),
    ],
)
def test_a_wrong_profile_is_refused_with_one_line_that_says_what_to_do(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = profile(tmp_path, (old, new))
    with pytest.raises(DefinitionInvalid) as refusal:
        Office.load(path)
    line = str(refusal.value)
    assert message in line
    assert line.startswith(str(path))
    assert "\n" not in line


def test_a_profile_without_one_of_its_tables_is_refused(tmp_path: Path) -> None:
    path = profile(tmp_path, ("[applicant]\nasks_identity_scan = false", "#"))
    with pytest.raises(DefinitionInvalid, match="applicant: is missing"):
        Office.load(path)


def test_a_path_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionInvalid, match=r"none\.toml: cannot be read"):
        Office.load(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "office.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DefinitionInvalid, match="is not text"):
        Office.load(path)
