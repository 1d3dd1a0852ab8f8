"""What the page is given: messages, its own words, and the page itself. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib import resources
from string import Template

from bot.channel import StoredMessage
from bot.chat import Choice, Prompt
from bot.handlers.webchat.frames import MAX_FILES
from bot.handlers.webchat.wording import MAX_TEXT, NO_SCRIPT, Nameplate, of_page
from domain.text import Json
from locales import say

_TYPES = {"css": "text/css", "js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that never changes under its name, because the name holds its hash."""

    content: bytes
    content_type: str
    tag: str


@dataclass(frozen=True, slots=True)
class Page:
    template: Template
    assets: dict[str, Asset]  #: by the name in their address
    names: dict[str, str]  #: by their ending

    @property
    def version(self) -> str:
        """Another one tells an open page that it is out of date."""
        return "-".join(asset.tag for asset in self.assets.values())


def load_page(of: str) -> Page:
    """`of`: the name of a template in `static/` that has a style sheet and a script of the same name."""
    folder = resources.files("bot.handlers.webchat") / "static"
    assets, names = {}, {}
    for ending, content_type in _TYPES.items():
        content = (folder / f"{of}.{ending}").read_bytes()
        tag = sha256(content).hexdigest()[:12]
        names[ending] = f"{of}-{tag}.{ending}"
        assets[names[ending]] = Asset(content, content_type, tag)
    return Page(Template((folder / f"{of}.html").read_text(encoding="utf-8")), assets, names)


def html(page: Page, nameplate: Nameplate, locale: str, file_mb: int, bar: str = "") -> str:
    """`bar`: HTML, put above the header as it is."""
    values = {
        "lang": locale,
        "office": say(nameplate.office, locale),
        "service": say(nameplate.service, locale),
        "contact": say(nameplate.contact, locale),
        "no_script": say(NO_SCRIPT, locale),
        "hello": json.dumps(hello(page, locale, file_mb), ensure_ascii=False),
    }
    return filled(page, values, bar=bar)


def filled(page: Page, values: Mapping[str, str], **html: str) -> str:
    """The template with its words, escaped, and with HTML of our own, as it is."""
    assets = {name: f"/static/{file}" for name, file in page.names.items()}
    words = {name: escape(value) for name, value in {**values, **assets}.items()}
    return page.template.substitute(words | html)


def hello(page: Page, locale: str, file_mb: int) -> dict[str, Json]:
    """The page's own words and limits; sent again when the language changes."""
    return {
        "type": "hello",
        "locale": locale,
        "version": page.version,
        "ui": {name: say(text, locale) for name, text in of_page(file_mb).items()},
        "limits": {"file_mb": file_mb, "files": MAX_FILES, "text": MAX_TEXT},
    }


def message(row: StoredMessage) -> dict[str, Json]:
    prompt = row.prompt
    return {
        "type": "message",
        "id": row.id,
        "dir": row.direction,
        "at": row.at.isoformat(),
        "locale": row.locale,
        "text": say(prompt.text, row.locale),
        "choices": [_choice(choice, row.locale) for choice in prompt.choices],
        "file": _file(prompt),
        "link": _link(prompt, row.locale),
        "takes_file": prompt.takes_file,
        "notice": prompt.reason != "reply",
        "client": row.external_id or None,
    }


def _choice(choice: Choice, locale: str) -> Json:
    return {
        "value": choice.value,
        "label": say(choice.label, locale),
        "short": say(choice.short, locale) if choice.short else None,
        "nav": choice.nav,
    }


def _link(prompt: Prompt, locale: str) -> Json:
    link = prompt.link
    return {"label": say(link.label, locale), "url": link.url} if link else None


def _file(prompt: Prompt) -> Json:
    attached = prompt.attachment
    return {"name": attached.name, "url": f"file/{attached.file_id}"} if attached else None
