"""The sizes and shapes that the Bot API allows. The checks raise `BotApiRefusal`."""

from __future__ import annotations

import io
import re
from typing import Final
from urllib.parse import urlsplit

from tests.platforms.telegram.entities import utf16_length
from tests.platforms.telegram.refusal import Json, bad_request

MB: Final = 1024 * 1024
TEXT, CAPTION, CALLBACK_ANSWER = 4096, 1024, 200
DOCUMENT, PHOTO, DOWNLOAD = 50 * MB, 10 * MB, 20 * MB
BUTTONS, BUTTONS_IN_ROW = 100, 8

_ACTIONS = {"url", "callback_data", "web_app", "switch_inline_query", "switch_inline_query_current_chat", "copy_text"}
_STYLES = {"danger", "success", "primary"}
#: method → (its parameter, the longest value)
NAMES: Final = {
    "setMyName": ("name", 64),
    "setMyDescription": ("description", 512),
    "setMyShortDescription": ("short_description", 120),
}
#: scope of commands → its required fields
SCOPES: Final[dict[str, set[str]]] = {
    "default": set(),
    "all_private_chats": set(),
    "all_group_chats": set(),
    "all_chat_administrators": set(),
    "chat": {"chat_id"},
    "chat_administrators": {"chat_id"},
    "chat_member": {"chat_id", "user_id"},
}
CHAT_ACTIONS: Final = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def check_text(text: str) -> None:
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > TEXT:
        raise bad_request("message is too long")


def check_caption(caption: str) -> None:
    if utf16_length(caption) > CAPTION:
        raise bad_request("message caption is too long")


def check_picture(content: bytes) -> None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except OSError as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def check_markup(markup: Json, *, private: bool) -> None:
    match markup:
        case {"inline_keyboard": rows}:
            _check_rows(rows, "inline keyboard")
            for button in (button for row in rows for button in row):
                _check_inline_button(button)
        case {"keyboard": rows}:
            _check_rows(rows, "reply keyboard")
            if not any(rows):
                raise bad_request("reply keyboard must have at least one button")
            if not private and any(button.get("request_contact") for row in rows for button in row):
                raise bad_request("phone number can be requested in private chats only")
            _check_placeholder(markup)
        case {"force_reply": True}:
            _check_placeholder(markup)


def _check_placeholder(markup: Json) -> None:
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(placeholder) <= 64:
        raise bad_request("input_field_placeholder must have 1 to 64 characters")


def _check_rows(rows: list[list[Json]], what: str) -> None:
    if sum(map(len, rows)) > BUTTONS:
        raise bad_request(f"reply markup is too long: {what} of more than {BUTTONS} buttons")
    for row in rows:
        if not row:
            raise bad_request(f"{what} with an empty row")
        if len(row) > BUTTONS_IN_ROW:
            raise bad_request(f"{what} with more than {BUTTONS_IN_ROW} buttons in a row")
        for button in row:
            if not button["text"].strip():
                raise bad_request(f"can't parse {what} button: text is empty")
            if button.get("style", "primary") not in _STYLES:
                raise bad_request(f"can't parse {what} button: unknown style {button['style']}")


def _check_inline_button(button: Json) -> None:
    actions = _ACTIONS & button.keys()
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"can't parse inline keyboard button: more than one action ({', '.join(sorted(actions))})")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not _is_url(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
        raise bad_request("can't parse inline keyboard button: copy_text must have 1 to 256 characters")


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    if parts.scheme == "tg":
        return True
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not re.search(r"\s", text)


def check_commands(commands: list[Json]) -> None:
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request(f"BOT_COMMAND_INVALID: {command['command']!r}")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request(f"BOT_COMMAND_DESCRIPTION_INVALID: of {command['command']}")
    names = [command["command"] for command in commands]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise bad_request(f"BOT_COMMAND_INVALID: {', '.join(doubled)} more than once")


def check_scope(scope: Json) -> None:
    if scope["type"] not in SCOPES:
        raise bad_request(f"can't parse BotCommandScope: type {scope['type']!r}")
    needed, given = SCOPES[scope["type"]], scope.keys() - {"type"}
    if needed != given:
        raise bad_request(f"BotCommandScope {scope['type']} needs {sorted(needed)}, not {sorted(given)}")


def check_language(code: str) -> None:
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request(f"LANG_CODE_INVALID: {code!r} is no two-letter language code")
