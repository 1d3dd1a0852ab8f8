"""Every platform can show every button whole, in every language: those of the data, those in the code, those of screens
with long names. `test_transcripts` checks the buttons of every transcript in the same way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.actions import code
from bot.chat import LONGEST_LABEL, Choice, Prompt
from bot.conversations.form.prompts import label
from bot.conversations.officer.case_screen import BUTTONS, READ
from bot.service import cases, drafts
from bot.service.context import Context
from bot.service.ratings import star_buttons
from domain.form.definition import Option, Value
from domain.form.loading import load_forms
from domain.office import eligibility, guide
from domain.office.profile import Office
from domain.remarks import ready_made
from domain.satisfaction import QUESTIONS
from domain.text import Text, lines, verbatim
from locales import SUPPORTED, say
from locales.update import ROOT
from tests.casework import APPLICANT, FORM, OFFICER, do, on, remark, staffed, submitted
from tests.labels import BUTTON, faults
from tests.source_labels import Button, Source
from tests.talk import Talk, World

OFFICE = Office.load()
FORMS = list(load_forms(OFFICE.words).values())

#: expression in a label, or its last part → the longest text that it can stand for
LONGEST: Mapping[str, str] = {
    "code": "10.10",
    "application.number": "REK-2026-0001",
    "complaint.number": "ADU-2026-0001",
    "option.short": "x" * (BUTTON - 2),  # `ticked` checks the real ones
    "number": "10",
    "n": "10",
    "rule": "R-III-08A",
    "len(unclosed)": "99",
    "position": "3",
    "str(year)": "2026",
    "day": "30 September 2026",
}

#: as long as a name can be, with no place to cut it well
LONG_NAME = f"{'laporan_akhir_' * 8}.pdf"


def shown(choices: Iterator[Choice] | tuple[Choice, ...], *words: Text) -> Prompt:
    return Prompt(lines(verbatim("…"), *words), tuple(choices))


def ticked(option: Option) -> Choice:
    short = Text("✓ %(label)s", label=option.short) if option.short else None
    return Choice(option.value, Text("✓ %(label)s", label=option.label), short)


def data() -> Iterator[Prompt]:
    """The buttons that come from files, as they stand together."""
    for form in FORMS:
        for question in form.questions.values():
            options = question.options
            yield shown(Choice(option.value, option.label, option.short) for option in options)
            yield shown(map(ticked, options if question.kind == "choices" else ()))
            yield shown((Choice("x", Text("Ubah %(label)s", label=label(question)), verbatim("Ubah")),))
        named = [Text("%(code)s · %(title)s", code=s.code, title=s.title) for s in form.sections]
        yield shown(Choice("x", text, verbatim(f"Blok {n}")) for n, text in enumerate(named))
    asked, read = eligibility.load(OFFICE.words), guide.load(OFFICE.words)
    for which in (asked.who, asked.level):
        yield shown(Choice(choice.id, choice.label, choice.short) for choice in which.choices)
    yield shown(Choice(page.id, page.title, page.short) for page in read.pages.values())
    yield shown(Choice(area.code, verbatim(area.name), verbatim(area.short or area.name)) for area in OFFICE.areas)
    for status in BUTTONS.values():
        yield shown(Choice(code(button.action_of(1)), button.label) for button in status if button is not READ)
    yield shown(star_buttons("letter", 1))
    for survey in QUESTIONS.values():
        yield shown(Choice(answer.label.msgid, answer.label, answer.short) for answer in survey.answers)


@pytest.mark.parametrize("locale", SUPPORTED)
def test_what_the_data_put_on_buttons_fits_and_differs(locale: str) -> None:
    prompts = list(data())
    assert sum(len(prompt.choices) for prompt in prompts) > 300
    assert [fault for prompt in prompts for fault in faults(prompt, locale)] == []


def longest(label: ast.Call) -> Text | None:
    """The label with every argument as long as it can be; `None` when that is not known."""
    values = {}
    for keyword in label.keywords:
        expression = ast.unparse(keyword.value)
        known = LONGEST.get(expression) or LONGEST.get(expression.rpartition(".")[2])
        if known is None:
            return None
        values[str(keyword.arg)] = known
    return Text(ast.literal_eval(label.args[0]), **values)


def too_long(button: Button, locale: str) -> Iterator[str]:
    """What no platform can show whole. A label of unknown length needs a short label."""
    most = LONGEST_LABEL if button.has_short else BUTTON
    for call in button.labels:
        label = longest(call)
        if label is None and not button.has_short:
            yield f"{button.place}: write into LONGEST how long {ast.unparse(call)} can be, or give it a short label"
        elif label is not None and len(say(label, locale)) > most:
            yield f"{button.place}: {say(label, locale)!r} is longer than {most}"
    for call in button.shorts:
        short = longest(call)
        if short is None:
            yield f"{button.place}: write into LONGEST how long {ast.unparse(call)} can be"
        elif len(say(short, locale)) > BUTTON:
            yield f"{button.place}: {say(short, locale)!r} is longer than {BUTTON}"


@pytest.mark.parametrize("locale", SUPPORTED)
def test_a_button_has_at_most_20_characters_or_a_short_label(locale: str) -> None:
    buttons = list(Source(ROOT, "bot", "domain").buttons())
    assert len(buttons) > 100
    assert [fault for button in buttons for fault in too_long(button, locale)] == []


def test_the_longest_code_of_a_form_is_known_here() -> None:
    assert max(len(known) for form in FORMS for known in form.by_code) <= len(LONGEST["code"])
    assert max(len(section.code) for form in FORMS for section in form.sections) <= len(LONGEST["code"])


def test_long_names_and_things_that_are_alike_can_still_be_told_apart(tmp_path: Path) -> None:
    """Two files with one long name, two remarks on one answer, every page of the areas."""
    world = staffed(World(tmp_path / "data"))
    files: Value = [{"id": n, "name": LONG_NAME, "size": 9, "kind": "pdf"} for n in (1, 2)]
    number = submitted(world, changes={"surat_permohonan": files})
    do(world, OFFICER, on(number, cases.claim))
    for _ in range(2):
        remark(world, number, "judul_kegiatan", ready_made()["judul_kegiatan"][0].text)
    officer, applicant = Talk(world, OFFICER), Talk(world, APPLICANT)
    form = world.process.app.form(FORM)
    officer.press(f"remark:open:{number}")
    for section in form.sections:
        officer.press(f"examine:block:{number}:{section.id}")
    for question in form.questions.values():
        officer.press(f"remark:ask:{number}:{question.code}")
    draft = do(world, APPLICANT, lambda ctx: begun(ctx, files))
    for what in ("9.1:edit", "4.5:edit", "4.5:page.1", "4.5:page.2"):
        applicant.press(f"form:{draft}:{what}:9")
    world.stop()
    told = [message.prompt for message in (*officer.told, *applicant.told)]
    assert len({say(prompt.text, "id") for prompt in told}) > 50
    assert [fault for prompt in told for fault in faults(prompt, "id")] == []


def begun(ctx: Context, files: Value) -> int:
    return drafts.create(ctx, FORM, {"surat_permohonan": files}).id
