"""From prompts to payloads: a table, and arbitrary prompts checked by the strict server."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import Attachment, Choice, Link, Prompt
from bot.handlers.whatsapp.limits import units
from bot.handlers.whatsapp.render import addressed, payloads, split_text
from bot.handlers.whatsapp.templates import TEXT_OF_REASON, TEXTS, ApprovedTemplates
from bot.service import notices
from domain.text import Text, clean, paragraphs, verbatim
from locales import SUPPORTED
from tests.platforms.whatsapp.messages import check_request
from tests.platforms.whatsapp.templates import Template, Templates

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
FILE = Attachment(1, "Surat.pdf")
NAV = tuple(Choice(f"f:1:{word}", Text(word), nav=True) for word in ("Kembali", "Bantuan", "Lewati", "Simpan & keluar"))


def answers(count: int, length: int = 10) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"f:1:{n}", verbatim(f"{n} ".ljust(length, "x")), verbatim(f"pendek {n}")) for n in range(count)
    )


def shapes(prompt: Prompt, locale: str = "id") -> list[str]:
    """One line for each payload: its kind, and what can be pressed."""
    lines = []
    for payload in payloads(prompt, locale, "12345"):
        check_request(addressed(payload, "ID.1"))
        lines.append(shape(payload))
    return lines


def shape(payload: Any) -> str:
    match payload:
        case {"interactive": {"action": {"buttons": [*buttons]}}}:
            return "buttons " + " | ".join(button["reply"]["title"] for button in buttons)
        case {"interactive": {"action": {"button": opens, "sections": [*sections]}}}:
            rows = [[" = ".join(r[k] for k in ("title", "description") if k in r) for r in s["rows"]] for s in sections]
            named = [f"{s.get('title', '')}: {' | '.join(row)}" for s, row in zip(sections, rows, strict=True)]
            return f"list [{opens}] " + " / ".join(named)
        case {"interactive": {"action": {"parameters": {"display_text": label, "url": url}}}}:
            return f"link {label} {url}"
        case {"type": "text", "text": {"body": body}}:
            return f"text {body}"
        case {"type": "audio"}:
            return "audio"
        case {"type": kind, "document": medium} | {"type": kind, "image": medium}:
            return f"{kind} {medium.get('filename', '')} {medium.get('caption', '')}".strip()
    raise AssertionError(payload)


HI = verbatim("Halo")
LONG = verbatim("x" * 1025)


@pytest.mark.parametrize(
    "prompt,expected",
    [
        (Prompt(HI), ["text Halo"]),
        (Prompt(HI, answers(2)), ["buttons 0 xxxxxxxx | 1 xxxxxxxx"]),
        (Prompt(HI, answers(2, 21)), ["buttons pendek 0 | pendek 1"]),
        (Prompt(HI, (*answers(1), *NAV[:2])), ["buttons 0 xxxxxxxx | Kembali | Bantuan"]),
        (
            Prompt(HI, (*answers(2), *NAV[:2])),
            ["buttons 0 xxxxxxxx | 1 xxxxxxxx"],
        ),
        (
            Prompt(HI, (*answers(4), *NAV[:2])),
            [
                "list [Pilih] Pilihan: 0 xxxxxxxx | 1 xxxxxxxx | 2 xxxxxxxx | 3 xxxxxxxx / "
                "Langkah lain: Kembali | Bantuan"
            ],
        ),
        (Prompt(HI, NAV), ["list [Langkah lain] : Kembali | Bantuan | Lewati | Simpan & keluar"]),
        (
            Prompt(
                HI, (Choice("a", verbatim("Dua puluh dua huruf ini")), *NAV[:1])
            ),  # 23 characters: too long for a button
            ["list [Pilih] Pilihan: Dua puluh dua huruf ini / Langkah lain: Kembali"],
        ),
        (
            Prompt(HI, (*answers(1, 72), *NAV[:3])),
            [f"list [Pilih] Pilihan: pendek 0 = {'0 '.ljust(72, 'x')} / Langkah lain: Kembali | Bantuan | Lewati"],
        ),
        (
            Prompt(HI, (*answers(1, 73), *NAV[:3])),
            ["buttons Kembali | Bantuan | Lewati"],
        ),
        (
            Prompt(verbatim(f"1. {'0 '.ljust(73, 'x')}"), (*answers(1, 73), *NAV[:3])),  # the text contains the label
            ["list [Pilih] Pilihan: pendek 0 / Langkah lain: Kembali | Bantuan | Lewati"],
        ),
        (
            Prompt(HI, (*answers(10), *NAV[:1])),
            ["list [Pilih] : " + " | ".join(f"{n} xxxxxxxx" for n in range(10))],
        ),
        (
            Prompt(HI, answers(11, 4)),
            ["text Halo\n\n" + "\n".join(f"{n + 1}. {f'{n} '.ljust(4, 'x')}" for n in range(11))],
        ),
        (
            Prompt(LONG, (*answers(2, 4), *NAV[3:])),
            [f"text {'x' * 1025}", "buttons 0 xx | 1 xx | Simpan & keluar"],
        ),
        (
            Prompt(verbatim("\n\n".join([*["x" * 600] * 2, "Kirim?"])), answers(1)),
            [f"text {'x' * 600}", "buttons 0 xxxxxxxx"],
        ),
        (
            Prompt(HI, (*answers(2), *(replace(one, listed=True) for one in answers(22)[2:]))),
            ["buttons 0 xxxxxxxx | 1 xxxxxxxx"],
        ),
        (
            Prompt(HI, tuple(Choice(str(n), verbatim("Hapus")) for n in range(2))),
            ["buttons 1. Hapus | 2. Hapus"],
        ),
        (
            Prompt(HI, (Choice("a", verbatim("Bantuan")), NAV[1])),
            ["buttons 1. Bantuan | Bantuan"],
        ),
        (
            Prompt(HI, (Choice("a", verbatim("Sama")), Choice("a", verbatim("Lain")))),  # two choices with one code
            ["text Halo\n\n1. Sama\n2. Lain"],
        ),
        (
            Prompt(HI, tuple(Choice(str(n), verbatim(f"{'x' * 30} {n}"), verbatim("y" * 18)) for n in range(2))),
            ["list [Pilih] : " + " | ".join(f"{n}. {'y' * 18} = {'x' * 30} {n - 1}" for n in (1, 2))],
        ),
        (Prompt(HI, link=Link(Text("Buka peta"), "https://a.test/x")), ["link Buka peta https://a.test/x"]),
        (
            Prompt(HI, NAV[:1], link=Link(Text("Buka peta"), "https://a.test/x")),
            ["buttons Kembali"],
        ),
        (
            Prompt(LONG, link=Link(Text("Buka peta"), "https://a.test/x")),
            [f"text {'x' * 1025}\n\nBuka peta: https://a.test/x"],
        ),
        (Prompt(HI, attachment=FILE), ["document Surat.pdf Halo"]),
        (Prompt(HI, attachment=Attachment(1, "Foto é.JPG")), ["image  Halo"]),
        (Prompt(LONG, attachment=FILE), [f"text {'x' * 1025}", "document Surat.pdf"]),
        (Prompt(HI, NAV[:1], attachment=FILE), ["document Surat.pdf", "buttons Kembali"]),
        (Prompt(HI, attachment=Attachment(1, "suara.ogg")), ["text Halo", "audio"]),
    ],
)
def test_a_prompt_takes_the_first_shape_that_holds_it_whole(prompt: Prompt, expected: list[str]) -> None:
    assert shapes(prompt) == expected


def body_of(payload: Any) -> str:
    match payload:
        case {"interactive": {"body": {"text": str(text)}}} | {"text": {"body": str(text)}}:
            return text
    raise AssertionError(payload)


def test_what_stands_beside_the_answers_is_named_when_the_list_is_full() -> None:
    (payload,) = payloads(Prompt(HI, (*answers(9), *NAV)), "en")
    assert shape(payload) == "list [Choose] : " + " | ".join(f"{n} xxxxxxxx" for n in range(9))
    assert body_of(payload) == "Halo\n\nYou can also write: back · help · skip · save & leave"


def test_a_link_beside_buttons_is_in_the_words() -> None:
    (payload,) = payloads(Prompt(HI, NAV[:1], link=Link(Text("Buka peta"), "https://a.test/x")), "id")
    assert body_of(payload) == "Halo\n\nBuka peta: https://a.test/x"


def test_a_very_long_text_is_parted_between_lines() -> None:
    lines = [f"{number} " + " ".join(["kata"] * 30) for number in range(60)]
    parts = shapes(Prompt(verbatim("\n".join(lines)), NAV[:1]))
    assert len(parts) == 4 and parts[-1] == "buttons Kembali"
    assert [line for part in parts for line in part.removeprefix("text ").split("\n") if "kata" in line] == lines


@given(st.text(st.sampled_from("ab \n𝒳"), max_size=200), st.integers(4, 30))
def test_the_parts_of_a_text_lose_none_of_its_words(text: str, most: int) -> None:
    parts = split_text(text, most)
    assert all(units(part) <= most and part.strip() for part in parts)
    assert "".join(parts).replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")


#: Characters of our sentences, of what people write, and some that no sentence should have.
SIGNS = st.characters(codec="utf-8") | st.sampled_from("aiueo \n\t–·“”é𝒳👩‍💻ع\u200f\x00")
WORDS = st.text(SIGNS, min_size=1, max_size=90).filter(lambda text: any(sign.isalnum() for sign in text))
TEXTS_ = st.builds(lambda words, times: " ".join([words] * times), WORDS, st.sampled_from([1, 1, 2, 12, 40, 400]))
SHORT = st.none() | st.text(SIGNS, min_size=1, max_size=20).map(verbatim)


@st.composite
def prompts(draw: st.DrawFn) -> Prompt:
    labels = draw(st.lists(WORDS, max_size=14))
    choices = tuple(
        Choice(f"f:1:{n}", verbatim(label), draw(SHORT), nav=draw(st.booleans())) for n, label in enumerate(labels)
    )
    return Prompt(
        verbatim(draw(TEXTS_)),
        choices,
        draw(st.sampled_from([None, None, FILE, Attachment(2, "a\nb.png"), Attachment(3, "x" * 300 + ".docx")])),
        link=draw(st.sampled_from([None, None, Link(Text("Buka peta"), "https://a.test/x")])),
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(prompts(), st.sampled_from(SUPPORTED))
def test_whatever_is_said_the_platform_takes_and_no_label_is_cut(prompt: Prompt, locale: str) -> None:
    made = payloads(prompt, locale, "12345")
    for payload, address in zip(made, ["ID.1", "628120000001"] * 50, strict=False):
        check_request(addressed(payload, address))
    texts = [payload for payload in made if payload["type"] in {"text", "interactive"}]
    assert all(payload["type"] == "text" for payload in texts[:-1]), "the last message has the buttons"
    options = {option["id"]: option for payload in texts for option in options_of(payload)}
    text, is_button = squeezed(*map(body_of, texts)), "'buttons'" in str(texts)
    assert squeezed(label_of(prompt.text)) in text or any("caption" in str(payload) for payload in made)
    assert prompt.link is None or prompt.link.url in str(texts)
    for choice in prompt.choices:
        label, short = label_of(choice.label), label_of(choice.short or Text(""))
        if option := options.pop(choice.value, None):
            title, description = squeezed(option["title"]), squeezed(option.get("description", ""))
            is_whole = squeezed(label) in {title, description, title.partition(".")[2]}
            assert is_whole or (squeezed(short) in title and (is_button or squeezed(label) in text))
        elif choice.nav:
            assert squeezed((short or label).strip(" «»‹›←→✓✔…").lower()) in text
        else:
            assert squeezed(label) in text, f"{label} was cut"
    assert not options, "these can be pressed and were not offered"


def options_of(payload: Any) -> list[dict[str, str]]:
    """The buttons or rows of a payload."""
    match payload:
        case {"interactive": {"action": {"buttons": [*buttons]}}}:
            return [button["reply"] for button in buttons]
        case {"interactive": {"action": {"sections": [*sections]}}}:
            return [row for section in sections for row in section["rows"]]
    return []


def label_of(text: Text) -> str:
    return " ".join(clean(str(text.args.get("words", ""))).split())


def squeezed(*texts: str) -> str:
    """Without white space, because a long text is split there."""
    return "".join("".join(text.split()) for text in texts)


def test_every_template_would_be_approved_and_can_be_sent() -> None:
    approved, known = ApprovedTemplates.from_setting("kantor_7:id,en"), Templates()
    submissions = list(approved.submissions())
    assert len(submissions) == 2 * len(TEXTS) and len({s.body for s in submissions}) == len(submissions)
    for text in submissions:
        assert bool(text.example) == ("{{1}}" in text.body)
        known.approve(Template(text.name, text.language, text.body))
    for reason in [*TEXT_OF_REASON, "reply", "digest", "something new"]:
        for locale in SUPPORTED:
            said = paragraphs(Text("Permohonan %(number)s.", number="REK-2026-0001"), Text("Silakan."))
            payload = approved.template_for(Prompt(said, reason=reason), locale)
            check_request(addressed(payload, "ID.1"))
            template, shown, _ = known.fill(payload["template"])  # type: ignore[arg-type]
            assert template.language == locale and ("REK-2026-0001" in shown) == bool(template.parameters)
            assert template.name == f"kantor_7_{TEXT_OF_REASON.get(reason, 'kabar')}"


def test_news_about_nothing_with_a_number_has_the_general_template() -> None:
    only_indonesian = ApprovedTemplates.from_setting("pst:id")
    payload = only_indonesian.template_for(Prompt(Text("Selamat pagi."), reason="deadline"), "en")
    assert payload["template"] == {"name": "pst_kabar", "language": {"code": "id"}}


@pytest.mark.parametrize("wrong", ["", "pst", "pst:", "pst:xx", "PST:id", "pst:id,", "pst:id,en,fr", "p t:id"])
def test_a_setting_that_is_none_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(ValueError, match="pst:id,en"):
        ApprovedTemplates.from_setting(wrong)


def test_every_reason_with_a_template_is_one_that_the_service_gives() -> None:
    given = {reason for path in (ROOT / "bot" / "service").glob("*.py") for reason in reasons_in(path)}
    assert {"result", "deadline", "letter"} <= given, "the search finds arguments by place and by name"
    assert TEXT_OF_REASON.keys() - given == set()


def reasons_in(path: Path) -> Iterator[str]:
    """The constants that a module passes as the reason of a prompt, of a notice, or to a function of its own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {node.name: [each.arg for each in node.args.args] for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        passed = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        function = getattr(notices, name, None)
        names = own.get(name) or list(inspect.signature(function).parameters if inspect.isfunction(function) else ())
        if "reason" in names:
            passed += node.args[names.index("reason") : names.index("reason") + 1]
        yield from (value.value for value in passed if isinstance(value, ast.Constant) and isinstance(value.value, str))
