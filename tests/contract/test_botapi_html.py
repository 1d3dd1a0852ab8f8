"""The Bot API server of the tests reads HTML as strictly as Telegram does."""

from __future__ import annotations

import pytest

from tests.platforms.telegram.entities import read_html
from tests.platforms.telegram.refusal import BotApiRefusal


@pytest.mark.parametrize(
    ("source", "plain", "kinds"),
    [
        ("a &lt;b&gt; &amp;amp; &#39;&#x27;&quot;", "a <b> &amp; ''\"", []),
        ("😀<b>x<i>y</i></b>", "😀xy", [("bold", 2, 2), ("italic", 3, 1)]),
        ('<a href="https://bps.go.id/?a=1&amp;b=2">BPS</a>', "BPS", [("text_link", 0, 3)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span><TG-SPOILER>t</TG-SPOILER>', "st", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ('<pre><code class="language-toml">x</code></pre>', "x", [("pre", 0, 1)]),
    ],
)
def test_html_becomes_plain_text_and_entities(source: str, plain: str, kinds: list[tuple[str, int, int]]) -> None:
    text, entities = read_html(source)
    assert text == plain
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in entities] == kinds


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("a < b", "Unclosed or unescaped '<' at byte offset 2"),
        ("a > b", "Unclosed or unescaped '>' at byte offset 2"),
        ("Tom & Siti", "Character '&' at byte offset 4 must be written as &amp;"),
        ("&nbsp;", "Character '&'"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<a href=javascript:1>x</a>", 'Unclosed start tag "a"'),
        ('<a href="javascript:1">x</a>', 'Tag "a" needs a URL'),
        ("<span>x</span>", 'must have class "tg-spoiler"'),
    ],
)
def test_html_that_is_not_exactly_right_is_refused(source: str, reason: str) -> None:
    with pytest.raises(BotApiRefusal) as refused:
        read_html(source)
    assert refused.value.description.startswith("Bad Request: can't parse entities: ")
    assert reason in refused.value.description
