"""Every sentence is translated and fits where it stands; values are formatted as readers write them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po
from pydantic import BaseModel

from bot.commands.table import COMMANDS
from domain.form.loading import load_forms
from domain.office import eligibility, guide
from domain.office.profile import Office
from domain.text import PLACEHOLDER, Arg, Text
from locales import SOURCE, SUPPORTED, closest, say
from locales.update import CATALOGUE, CODE, HEADER, ROOT, Message, messages, updated

OTHERS = [locale for locale in SUPPORTED if locale != SOURCE]
OFFICE = Office.load()
FORMS = list(load_forms(OFFICE.words).values())

#: modules that make texts from data; everywhere else the first argument must be a literal, so that it is found
FROM_ELSEWHERE = {
    "domain/definitions.py",
    "domain/text.py",
}


@cache
def wanted() -> list[Message]:
    return sorted(set(messages()))


@cache
def catalogue(locale: str) -> Catalog:
    with path_of(locale).open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def path_of(locale: str) -> Path:
    return ROOT / "locales" / locale / CATALOGUE


def translations(locale: str) -> Iterator[tuple[str, str]]:
    for message in catalogue(locale):
        if message.id and message.string:
            for form in forms_of(message):
                yield msgid_of(message), form


def msgid_of(message: Entry) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms_of(message: Entry) -> tuple[str, ...]:
    """The translation, or those for one and for many."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


# The catalogues -------------------------------------------------------------------------------------------------------


def test_every_language_but_the_source_has_a_catalogue() -> None:
    assert {path.parts[-3] for path in ROOT.glob(f"locales/*/{CATALOGUE}")} == set(OTHERS)


@pytest.mark.parametrize("locale", OTHERS)
def test_every_sentence_is_translated(locale: str) -> None:
    found = catalogue(locale)
    entries = {(context, msgid): found.get(msgid, context or None) for context, msgid in wanted()}
    assert [key for key, entry in entries.items() if not entry or not all(map(str.strip, forms_of(entry)))] == []


@pytest.mark.parametrize("locale", OTHERS)
def test_no_translation_is_doubtful_or_left_over(locale: str) -> None:
    found = catalogue(locale)
    assert [message.id for message in found if message.id and message.fuzzy] == []
    assert list(found.obsolete) == []
    assert {(message.context or "", msgid_of(message)) for message in found if message.id} - set(wanted()) == set()


@pytest.mark.parametrize("locale", OTHERS)
def test_make_messages_would_change_nothing(locale: str) -> None:
    assert updated(path_of(locale), wanted()) == path_of(locale).read_bytes(), "run make messages"


def test_make_messages_keeps_what_is_translated_or_doubtful_adds_the_new_and_drops_the_gone(tmp_path: Path) -> None:
    path = tmp_path / "en" / CATALOGUE
    path.parent.mkdir(parents=True)
    kept, doubtful, gone = (f'msgid "{id}"\nmsgstr "{id} in English"\n' for id in ("kept", "doubtful", "gone"))
    header = HEADER.format(locale="en", forms="nplurals=2; plural=(n != 1)")
    path.write_text(f"{header}{kept}\n#, fuzzy\n{doubtful}\n{gone}", encoding="utf-8")
    words = updated(path, [("", "kept"), ("", "doubtful"), ("where", "kept")]).decode()
    new = 'msgctxt "where"\nmsgid "kept"\nmsgstr ""\n'
    assert words == f"{header}{kept}\n#, fuzzy\n{doubtful}\n{new}\n"


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_has_the_placeholders_of_its_sentence(locale: str) -> None:
    different = {
        msgid: string
        for msgid, string in translations(locale)
        if set(PLACEHOLDER.findall(msgid)) != set(PLACEHOLDER.findall(string))
    }
    assert different == {}


@pytest.mark.parametrize("locale", SUPPORTED)
def test_a_percent_sign_is_a_placeholder_or_doubled(locale: str) -> None:
    sentences = [msgid for _, msgid in wanted()] if locale == SOURCE else [s for _, s in translations(locale)]
    assert [words for words in sentences if "%" in PLACEHOLDER.sub("", words).replace("%%", "")] == []
    for words in sentences:
        assert words % dict.fromkeys(PLACEHOLDER.findall(words), "…")


# What is loaded is what was extracted ---------------------------------------------------------------------------------


def texts_in(value: object) -> Iterator[Text]:
    """Every sentence inside a loaded record."""
    if isinstance(value, Text):
        yield value
        yield from (inner for arg in value.args.values() for inner in texts_in(arg))
    elif isinstance(value, BaseModel):
        yield from (text for name in type(value).model_fields for text in texts_in(getattr(value, name)))
    elif is_dataclass(value):
        yield from (text for field in fields(value) for text in texts_in(getattr(value, field.name)))
    elif isinstance(value, Mapping):
        yield from (text for inner in value.values() for text in texts_in(inner))
    elif isinstance(value, tuple):
        yield from (text for inner in value for text in texts_in(inner))


LOADED = {
    "eligibility": eligibility.load(OFFICE.words),
    "guide": guide.load(OFFICE.words),
    "office": OFFICE,
    **{form.id: form for form in FORMS},
}


@pytest.mark.parametrize("name", LOADED)
def test_the_sentences_of_a_data_file_are_looked_up_as_they_were_extracted(name: str) -> None:
    known = set(wanted())
    loaded = [text for text in texts_in(LOADED[name]) if any(c.isalpha() for c in PLACEHOLDER.sub("", text.msgid))]
    assert len(loaded) > 5
    assert [text for text in loaded if (text.context, text.msgid) not in known] == []


def test_the_holidays_are_looked_up_as_they_were_extracted() -> None:
    name = OFFICE.calendar.names(date(2026, 12, 25))
    assert name and ("", name.msgid) in wanted()


# Sentences in the code ------------------------------------------------------------------------------------------------


def calls_of_text(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="Text") | ast.Attribute(attr="Text"), args=[_, *_]):
                yield node


def modules() -> Iterator[Path]:
    for folder in CODE:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_a_sentence_stands_in_its_call_so_that_it_is_found() -> None:
    elsewhere = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        for call in calls_of_text(path)
        if not isinstance(call.args[0], ast.Constant) or isinstance(call.func, ast.Attribute)
    }
    assert elsewhere == FROM_ELSEWHERE


def test_sentences_are_made_under_no_other_name() -> None:
    renamed = [
        path
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "Text" and alias.asname
    ]
    assert renamed == []


@pytest.mark.parametrize("locale", SUPPORTED)
def test_the_help_calls_each_command_by_one_of_its_words(locale: str) -> None:
    for command in COMMANDS:
        if command.help:
            assert say(command.help[1], locale).partition(" (")[0] in command.words


# Saying ---------------------------------------------------------------------------------------------------------------

DAY = date(2026, 8, 5)
MOMENT = datetime(2026, 8, 5, 6, 7, tzinfo=UTC)
MAKASSAR = ZoneInfo("Asia/Makassar")


@pytest.mark.parametrize(
    "locale,arg,said",
    [
        ("id", DAY, "5 Agustus 2026"),
        ("en", DAY, "5 August 2026"),
        ("id", 12500, "12.500"),
        ("en", 12500, "12,500"),
        ("id", Decimal("4.5"), "4,5"),
        ("en", Decimal("4.5"), "4.5"),
        ("id", "2027", "2027"),
        ("en", "2027", "2027"),
        ("id", Text("Kembali"), "Kembali"),
        ("en", Text("Kembali"), "Back"),
        ("en", Text("%(day)s (perkiraan)", day=DAY), "5 August 2026 (estimate)"),
    ],
)
def test_values_are_said_as_readers_of_the_language_write_them(locale: str, arg: Arg, said: str) -> None:
    assert say(Text("“%(arg)s”", arg=arg), locale) == f"“{said}”"


@pytest.mark.parametrize(
    "locale,zone,said",
    [
        ("id", "Asia/Jakarta", "5 Agustus 2026, 13.07 WIB"),
        ("id", "Asia/Makassar", "5 Agustus 2026, 14.07 WITA"),
        ("id", "Asia/Jayapura", "5 Agustus 2026, 15.07 WIT"),
        ("en", "Asia/Makassar", "5 August 2026, 14:07 WITA"),
        ("en", "Europe/London", "5 August 2026, 07:07 UTC+1"),
        ("en", "America/Lima", "5 August 2026, 01:07 UTC-5"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_office(locale: str, zone: str, said: str) -> None:
    assert say(Text("%(at)s", at=MOMENT), locale, ZoneInfo(zone)) == said
    assert say(Text("%(at)s", at=MOMENT.astimezone(ZoneInfo(zone))), locale) == said


def test_the_zone_reaches_a_sentence_inside_a_sentence() -> None:
    inner = Text("%(at)s", at=datetime(2026, 12, 31, 20, 0, tzinfo=UTC))
    assert say(Text("“%(inner)s”", inner=inner), "en", MAKASSAR) == "“1 January 2027, 04:00 WITA”"


@pytest.mark.parametrize(
    "sentence,said",
    [
        (Text("✓ %(count)s catatan ditutup.", count=1), "✓ 1 remark closed."),
        (Text("✓ %(count)s catatan ditutup.", count=0), "✓ 0 remarks closed."),
        (Text("✓ %(count)s catatan ditutup.", count=1200), "✓ 1,200 remarks closed."),
        (Text("%(days)s hari", days=1), "1 day"),
        (
            Text("Serahkan %(count)s permohonan yang dipegang %(name)s kepada siapa?", count=1, name="7"),
            "application that",
        ),
        (Text("%(days)s hari", days="1"), "1 days"),
    ],
)
def test_a_noun_after_a_number_has_the_form_of_the_number(sentence: Text, said: str) -> None:
    assert said in say(sentence, "en")
    assert say(sentence, "id") == sentence.msgid % {
        name: say(Text("%(v)s", v=v), "id") for name, v in sentence.args.items()
    }


def test_a_doubled_percent_sign_is_said_once() -> None:
    assert say(Text("RSE %(value)s%%", value=Decimal("4.5")), "id") == "RSE 4,5%"


def test_words_of_a_person_are_never_read_as_a_placeholder() -> None:
    assert say(Text("“%(words)s”", words="100% %(name)s"), "en") == "“100% %(name)s”"


@pytest.mark.parametrize(
    "hint,language",
    [
        ("id", "id"),
        ("id-ID,id;q=0.9,en;q=0.8", "id"),
        ("in_ID", "id"),  # as old phones name Indonesian
        ("ms-MY", "id"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("fr-FR, en;q=0.8", "en"),
        ("fr", None),
        ("", None),
        ("*", None),
        ("; ,", None),
    ],
)
def test_the_hint_of_a_channel_chooses_a_language_that_we_speak(hint: str, language: str | None) -> None:
    assert closest(hint) == language
