"""Builds what the browser gets: the page, its files, its texts and its messages. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from importlib import resources
from string import Template

from bot.channel import StoredMessage
from bot.chat import TICK, Choice, Prompt
from bot.handlers.pages.static_files import SCRIPT_TYPE, Asset, load_asset, load_style
from bot.handlers.webchat.frames import MAX_FILES
from bot.handlers.webchat.wording import MAX_TEXT, NO_SCRIPT, PageTitle, page_texts
from domain.frozen import frozen
from domain.text import Json
from locales import StyledWords, say, say_styled

_PRELOAD = '<link rel="modulepreload" href="/static/{}">'


@frozen
class PageTemplate:
    template: Template
    css: str  #: name of the style sheet in its URL
    js: str  #: name of the script in its URL
    assets: dict[str, Asset]  #: name in the URL → file: the style sheet, the script and the modules that it imports

    @property
    def version(self) -> str:
        """An open page of another version reloads itself."""
        return f"{self.assets[self.css].tag}-{self.assets[self.js].tag}"


def load_template(name: str) -> PageTemplate:
    """Loads `static/NAME.html` with its style sheet, its script and the script's modules."""
    folder = resources.files("bot.handlers.webchat") / "static"
    assets: dict[str, Asset] = {}
    css, js = load_style(assets, folder / f"{name}.css"), load_asset(folder, f"{name}.js", assets)
    return PageTemplate(Template((folder / f"{name}.html").read_text(encoding="utf-8")), css, js, assets)


def html(template: PageTemplate, title: PageTitle, locale: str, file_mb: int, banner: str = "") -> str:
    """`banner`: HTML that is put above the header."""
    values = {
        "lang": locale,
        "office": say(title.office, locale),
        "service": say(title.service, locale),
        "contact": say(title.contact, locale),
        "no_script": say(NO_SCRIPT, locale),
        "hello": json.dumps(hello(template, locale, file_mb), ensure_ascii=False),
    }
    modules = [name for name, asset in template.assets.items() if asset.content_type == SCRIPT_TYPE]
    return fill(template, values, banner=banner, preloads="".join(map(_PRELOAD.format, modules)))


def fill(template: PageTemplate, values: Mapping[str, str], **html: str) -> str:
    """Fills in `values`, which are escaped, and `html`, which is not."""
    assets = {"css": f"/static/{template.css}", "js": f"/static/{template.js}"}
    escaped = {name: escape(value) for name, value in {**values, **assets}.items()}
    return template.template.substitute(escaped | html)


def hello(template: PageTemplate, locale: str, file_mb: int) -> dict[str, Json]:
    """The page's own texts and limits; sent again when the language changes."""
    return {
        "type": "hello",
        "locale": locale,
        "version": template.version,
        "ui": {name: say(text, locale) for name, text in page_texts(file_mb).items()},
        "limits": {"file_mb": file_mb, "files": MAX_FILES, "text": MAX_TEXT},
    }


def message(row: StoredMessage) -> dict[str, Json]:
    prompt = row.prompt
    parts = say_styled(prompt.text, row.locale)
    return {
        "type": "message",
        "id": row.id,
        "dir": row.direction,
        "at": row.at.isoformat(),
        "locale": row.locale,
        "text": "".join(part.words for part in parts),
        "parts": [[part.words, part.style] for part in parts] if any(part.style for part in parts) else None,
        "progress": next((_progress(part) for part in parts if part.style == "progress"), None),
        "choices": [_choice(choice, row.locale) for choice in prompt.choices],
        "file": _file(prompt),
        "link": _link(prompt, row.locale),
        "takes_file": prompt.takes_file,
        "asks_text": prompt.expects == "text",
        "edits": prompt.edits_message,
        "notice": prompt.reason != "reply",
        "client": row.external_id or None,
    }


def _choice(choice: Choice, locale: str) -> Json:
    label = say(choice.label, locale)
    return {
        "value": choice.value,
        "label": label.removeprefix(TICK) if choice.ticked else label,
        "nav": choice.nav,
        "finishes": choice.finishes,
        "ticked": choice.ticked,
        "step": say(choice.step, locale) if choice.step else None,
    }


def _progress(part: StyledWords) -> Json:
    return [int(str(part.args["number"])), int(str(part.args["count"]))]


def _link(prompt: Prompt, locale: str) -> Json:
    link = prompt.link
    return {"label": say(link.label, locale), "url": link.url} if link else None


def _file(prompt: Prompt) -> Json:
    attached = prompt.attachment
    if attached is None:
        return None
    shown: dict[str, Json] = {"picture": True} if attached.is_picture else {"sound": True} if attached.is_sound else {}
    return {"name": attached.name, "url": f"file/{attached.file_id}", **shown}
