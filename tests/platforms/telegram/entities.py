"""Reads formatted text: HTML as strictly as Telegram's documentation describes it. Offsets count UTF-16 units."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from tests.platforms.telegram.refusal import BotApiRefusal, Json, bad_request

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_KINDS = {*_TAGS.values(), "expandable_blockquote", "mention", "hashtag", "url", "email", "bot_command", "text_mention"}

_TOKEN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>|<|>|&")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_ATTRIBUTE = re.compile(r"""\s+([A-Za-z-]+)(?:=(?:"([^"]*)"|'([^']*)'))?""")


def utf16_length(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def _unparsable(reason: str) -> BotApiRefusal:
    return bad_request(f"can't parse entities: {reason}")


@dataclass
class _HtmlReader:
    source: str
    plain: str = ""
    found: list[Json] = field(default_factory=list)
    open: list[tuple[str, Json]] = field(default_factory=list)

    def read(self) -> None:
        at = 0
        while token := _TOKEN.search(self.source, at):
            self.plain += self.source[at : token.start()]
            at = self._entity(token.start()) if token[0] == "&" else self._tag(token)
        self.plain += self.source[at:]
        if self.open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')

    def _entity(self, at: int) -> int:
        entity = _ENTITY.match(self.source, at)
        if not entity:
            raise _unparsable(f"Character '&' at byte offset {self._byte(at)} must be written as &amp;")
        self.plain += html.unescape(entity[0])
        return entity.end()

    def _tag(self, token: re.Match[str]) -> int:
        if not token[2]:
            raise _unparsable(f"Unclosed or unescaped '{token[0]}' at byte offset {self._byte(token.start())}")
        name = token[2].lower()
        if token[1]:
            self._close(name, token.start())
        else:
            self._open(name, token[3], token.start())
        return token.end()

    def _open(self, name: str, rest: str, at: int) -> None:
        if name not in _TAGS:
            raise _unparsable(f'Unsupported start tag "{name}" at byte offset {self._byte(at)}')
        attributes = {key.lower(): html.unescape(one or other) for key, one, other in _ATTRIBUTE.findall(rest)}
        if _ATTRIBUTE.sub("", rest).strip():
            raise _unparsable(f'Unclosed start tag "{name}" at byte offset {self._byte(at)}')
        entity: Json = {"type": _TAGS[name], "offset": utf16_length(self.plain), "length": 0}
        match name:
            case "a" if not re.match(r"(?:https?|tg)://|mailto:", attributes.get("href", "")):
                raise _unparsable(f'Tag "a" needs a URL at byte offset {self._byte(at)}')
            case "a":
                entity |= {"url": attributes["href"]}
            case "span" if attributes.get("class") != "tg-spoiler":
                raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(at)}')
            case "tg-emoji":
                entity |= {"custom_emoji_id": attributes.get("emoji-id", "")}
            case "blockquote" if "expandable" in attributes:
                entity |= {"type": "expandable_blockquote"}
            case "code" if attributes.get("class", "").startswith("language-") and self.open:
                self.open[-1][1]["language"] = attributes["class"].removeprefix("language-")
                entity["type"] = ""  # it only gives the language of the pre around it
        self.open.append((name, entity))

    def _close(self, name: str, at: int) -> None:
        if not self.open:
            raise _unparsable(f"Unexpected end tag at byte offset {self._byte(at)}")
        expected, entity = self.open.pop()
        if expected != name:
            raise _unparsable(
                f'Unmatched end tag at byte offset {self._byte(at)}, expected "</{expected}>", found "</{name}>"'
            )
        entity["length"] = utf16_length(self.plain) - entity["offset"]
        if entity["length"] and entity["type"]:
            self.found.append(entity)

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())


def read_html(source: str) -> tuple[str, list[Json]]:
    reader = _HtmlReader(source)
    reader.read()
    return reader.plain, sorted(reader.found, key=lambda entity: (entity["offset"], -entity["length"]))


def formatted(source: str, parse_mode: str | None, given: list[Json] | None) -> tuple[str, list[Json]]:
    """The text that a person sees, without spaces around it, and its entities. `given`: the parameter `entities`."""
    if not parse_mode:
        text, entities = source, given or []
        _check(text, entities)
    elif given is not None:
        raise bad_request("parse_mode and entities exclude each other")
    elif parse_mode.lower() == "html":
        text, entities = read_html(source)
    else:
        raise bad_request(f"can't parse entities: parse_mode {parse_mode} is not used by this bot")
    return _trimmed(text, entities)


def _check(text: str, entities: list[Json]) -> None:
    for entity in entities:
        if entity["type"] not in _KINDS:
            raise bad_request(f"unsupported MessageEntity type {entity['type']}")
        if entity["offset"] < 0 or entity["length"] < 1 or entity["offset"] + entity["length"] > utf16_length(text):
            raise _unparsable(f"entity beginning at UTF-16 offset {entity['offset']} ends after the end of the text")


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    whole = utf16_length(text)
    kept: list[Json] = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] - lead + entity["length"], whole)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return text, kept
