"""An English translation of a letter, for readers without Indonesian. It has no number of its own and no signature, and
says on each page that only the Indonesian letter is valid.

What somebody wrote, such as the title, is quoted as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from babel.dates import format_date

from domain.frozen import frozen
from domain.office.obligations import OBLIGATIONS
from domain.text import Text
from letters.pdf import LINE, PdfDocument
from letters.recommendation_facts import Verdict
from locales import say

_LOCALE, _LANGUAGE = "en", "en-GB"
_MARK = "TRANSLATION"
_LABELS = 55.0
_VALID = (
    "Courtesy translation. Only the Indonesian letter is valid; this page is not signed and has no number of its own."
)
_OUTCOME: Mapping[Verdict, str] = {"layak": "FIT TO BE CARRIED OUT", "ditolak": "NOT YET FIT TO BE CARRIED OUT"}
_NEXT_STEP = (
    "Please correct the design as the letter says, then submit a new application. Data collection should not begin "
    "before a recommendation is given."
)
#: an obligation in the words of the letter → in English
_ENGLISH: Mapping[str, str] = dict(
    zip(
        OBLIGATIONS,
        (
            "print the identity of the recommendation on each instrument of data collection: questionnaire, worksheet "
            "or application;",
            "carry out the activity as its recommended design and the notes of the letter say, and report any change "
            "of the design before it is carried out;",
            "hand the results and their metadata over to BPS-Statistics Indonesia when the activity is finished, as "
            "Government Regulation Number 51 of 1999 on the Conduct of Statistics says.",
        ),
        strict=True,
    )
)


@frozen
class CourtesyTranslation:
    office: str
    number: str  #: of the Indonesian letter
    day: date
    recipient: str
    signer: str  #: of the Indonesian letter
    position: Text
    application: str
    application_day: date
    title: str
    organiser: str
    verdict: Verdict
    identity: str
    activity: tuple[tuple[Text, Text], ...]  #: what was examined: (name, answer)
    grounds: tuple[str, ...]  #: in English where they are ready-made
    advice: tuple[str, ...]
    obligations: tuple[str, ...]  #: in the words of the letter


def render(facts: CourtesyTranslation) -> bytes:
    """Draws an A4 PDF. The same facts give the same bytes."""
    title = f"Courtesy translation of letter {facts.number}"
    document = PdfDocument(title, facts.office, facts.day, _MARK, language=_LANGUAGE)
    document.paragraph(title, bold=True, size=13, align="C", kind="H1")
    document.paragraph(_VALID, align="C", grey=True)
    document.gap(LINE)
    for label, value in _head(facts):
        document.row(label, value, _LABELS)
    document.gap(LINE)
    document.paragraph(
        f"Following application {facts.application} of {_long(facts.application_day)}, {facts.office} has examined the "
        "design of the statistical activity below and declares it"
    )
    document.gap(LINE / 2)
    document.paragraph(_OUTCOME[facts.verdict], bold=True, align="C", kind="H2")
    document.section("Grounds", facts.grounds, bold=True)
    document.section("Please note" if facts.verdict == "layak" else "To be corrected", facts.advice, bold=True)
    document.gap(LINE / 2)
    rows = [(say(name, _LOCALE), say(answer, _LOCALE).splitlines() or [""]) for name, answer in facts.activity]
    document.table([("Title (as written)", facts.title), ("Organiser", facts.organiser), *rows], _LABELS)
    if facts.verdict == "layak":
        obligations = [_ENGLISH.get(text, text) for text in facts.obligations]
        document.section("The organiser has to", obligations, bold=True)
    else:
        document.gap(LINE / 2)
        document.paragraph(_NEXT_STEP)
    document.number_pages("Page {page} of {last} · courtesy translation, not valid as a letter")
    return document.output()


def _head(facts: CourtesyTranslation) -> list[tuple[str, str]]:
    signer = f"{facts.signer}, {say(facts.position, _LOCALE)}".removeprefix(", ")
    known = (
        ("Letter", f"{facts.number} of {_long(facts.day)}"),
        ("To", facts.recipient),
        ("Signed in the original by", signer),
        ("Identity of recommendation", facts.identity),
    )
    return [(label, value) for label, value in known if value]


def _long(day: date) -> str:
    return format_date(day, "d MMMM y", locale=_LOCALE)
