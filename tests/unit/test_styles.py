"""What is asked, how to answer and how far one is are parts of a message, for channels that can show them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.chat import Choice, Prompt, choices_from_json, choices_to_json
from bot.handlers.telegram import render as telegram
from bot.handlers.whatsapp import render as whatsapp
from domain.text import Text, as_hint, from_json, lines, paragraphs, to_json, verbatim
from locales import say, say_styled
from tests.contract.telegram_harness import outgoing

DAY = Text("Paling lambat 100%% pada %(day)s.", day=date(2027, 2, 1))
ASKED = paragraphs(
    Text("✓ %(code)s tersimpan.", code="2.1"),
    lines(
        Text("%(number)s dari %(count)s · %(section)s", number=3, count=41, section="Umum").shown_as("progress"),
        Text("%(code)s %(label)s", code="2.2", label=Text("Nama <b>")).shown_as("question"),
    ),
    as_hint(DAY),
)
WORDS = "✓ 2.1 tersimpan.\n\n3 dari 41 · Umum\n2.2 Nama <b>\n\nPaling lambat 100% pada 1 Februari 2027."


@pytest.mark.parametrize("text", [ASKED, from_json(to_json(ASKED))])
def test_the_parts_of_a_message_are_its_words(text: Text) -> None:
    parts = say_styled(text, "id")
    assert "".join(part.words for part in parts) == say(text, "id") == WORDS
    assert {part.style: part.words for part in parts if part.style} == {
        "progress": "3 dari 41 · Umum",
        "question": "2.2 Nama <b>",
        "hint": "Paling lambat 100% pada 1 Februari 2027.",
    }
    (progress,) = (part for part in parts if part.style == "progress")
    assert (progress.args["number"], progress.args["count"]) == (3, 41)


def test_telegram_shows_the_question_in_bold_also_where_a_text_is_cut() -> None:
    (request,) = telegram.build_requests(outgoing(Prompt(ASKED)))
    assert "· Umum\n<b>2.2 Nama &lt;b&gt;</b>\n\nPaling" in str(request.parameters["text"])
    long = Text("%(words)s", words="kata " * 1200).shown_as("question")
    texts = [str(request.parameters["text"]) for request in telegram.build_requests(outgoing(Prompt(long)))]
    assert len(texts) == 2 and all(text.startswith("<b>") and text.endswith("</b>") for text in texts)


@pytest.mark.parametrize(
    ("asked", "body"),
    [("Nama instansi", "*Nama instansi*"), ("3 * 4", "3 * 4"), ("dua\nbaris", "dua\nbaris"), ("*", "*")],
)
def test_whatsapp_shows_the_question_in_bold_where_asterisks_hold(asked: str, body: str) -> None:
    (payload,) = whatsapp.payloads(Prompt(verbatim(asked).shown_as("question")), "id")
    sent: Any = payload["text"]
    assert sent["body"] == body


def test_numbers_are_asked_for_only_where_they_are_shown() -> None:
    ticks = tuple(Choice(f"t:{n}", verbatim(f"Pilihan nomor {n}"), ticked=n == 1) for n in range(1, 13))
    buttons: Any = whatsapp.payloads(Prompt(Text("Apa saja?"), ticks[:3]), "id")[-1]
    numbered: Any = whatsapp.payloads(Prompt(Text("Apa saja?"), ticks), "id")[-1]
    assert "nomornya" not in buttons["interactive"]["body"]["text"]
    assert "12. Pilihan nomor 12\n\nTulis nomornya dipisahkan koma, misalnya 1, 3." in numbered["text"]["body"]


def test_what_a_button_is_comes_back_from_storage() -> None:
    choices = (
        Choice("a", verbatim("✓ Desa"), ticked=True),
        Choice("b", verbatim("Kota"), ticked=False),
        Choice("c", Text("Selesai"), nav=True, finishes=True),
        Choice("d", verbatim("★ 1 bintang"), step=Text("%(stars)s ★", stars=1)),
    )
    assert choices_from_json(choices_to_json(choices)) == choices
