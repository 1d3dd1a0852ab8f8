"""The schema of the Bot API (version 10.2): the parameters of methods and the fields of objects, with their types.

`name!: Type` is required, `[Type]` is a list, `A|B` is either. Deprecated parameters are missing on purpose, so that
a bot that uses one is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

_MARKUP: Final = "InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
_SENT: Final = f"""
    chat_id!: Chat, message_thread_id: Integer, disable_notification: Boolean, protect_content: Boolean,
    allow_paid_broadcast: Boolean, message_effect_id: String, reply_parameters: ReplyParameters,
    reply_markup: {_MARKUP}, business_connection_id: String, direct_messages_topic_id: Integer"""
_CAPTION: Final = "caption: String, parse_mode: String, caption_entities: [MessageEntity]"
_TEXT: Final = "parse_mode: String, entities: [MessageEntity], link_preview_options: LinkPreviewOptions"
_EDITED: Final = """
    chat_id: Chat, message_id: Integer, inline_message_id: String, business_connection_id: String,
    reply_markup: InlineKeyboardMarkup"""

METHODS: Final[dict[str, str]] = {
    "getMe": "",
    "getUpdates": "offset: Integer, limit: Integer, timeout: Integer, allowed_updates: [String]",
    "setWebhook": """url!: String, certificate: InputFile, ip_address: String, max_connections: Integer,
        allowed_updates: [String], drop_pending_updates: Boolean, secret_token: String""",
    "deleteWebhook": "drop_pending_updates: Boolean",
    "getWebhookInfo": "",
    "sendMessage": f"text!: String, {_TEXT}, {_SENT}",
    "sendDocument": f"""document!: InputFile|FileId, thumbnail: InputFile, disable_content_type_detection: Boolean,
        {_CAPTION}, {_SENT}""",
    "sendPhoto": f"""photo!: InputFile|FileId, has_spoiler: Boolean, show_caption_above_media: Boolean,
        {_CAPTION}, {_SENT}""",
    "sendChatAction": "chat_id!: Chat, action!: String, message_thread_id: Integer, business_connection_id: String",
    "editMessageText": f"text!: String, {_TEXT}, {_EDITED}",
    "editMessageCaption": f"show_caption_above_media: Boolean, {_CAPTION}, {_EDITED}",
    "editMessageReplyMarkup": _EDITED,
    "deleteMessage": "chat_id!: Chat, message_id!: Integer",
    "deleteMessages": "chat_id!: Chat, message_ids!: [Integer]",
    "answerCallbackQuery": """callback_query_id!: String, text: String, show_alert: Boolean, url: String,
        cache_time: Integer""",
    "getFile": "file_id!: String",
    "getChat": "chat_id!: Chat",
    "leaveChat": "chat_id!: Chat",
    "setMyCommands": "commands!: [BotCommand], scope: BotCommandScope, language_code: String",
    "deleteMyCommands": "scope: BotCommandScope, language_code: String",
    "getMyCommands": "scope: BotCommandScope, language_code: String",
    "setMyName": "name: String, language_code: String",
    "getMyName": "language_code: String",
    "setMyDescription": "description: String, language_code: String",
    "getMyDescription": "language_code: String",
    "setMyShortDescription": "short_description: String, language_code: String",
    "getMyShortDescription": "language_code: String",
    "setChatMenuButton": "chat_id: Integer, menu_button: MenuButton",
    "getChatMenuButton": "chat_id: Integer",
}

OBJECTS: Final[dict[str, str]] = {
    "InlineKeyboardMarkup": "inline_keyboard!: [[InlineKeyboardButton]]",
    "InlineKeyboardButton": """text!: String, url: String, callback_data: String, web_app: WebAppInfo,
        switch_inline_query: String, switch_inline_query_current_chat: String, copy_text: CopyTextButton,
        style: String, icon_custom_emoji_id: String""",
    "WebAppInfo": "url!: String",
    "CopyTextButton": "text!: String",
    "ReplyKeyboardMarkup": """keyboard!: [[KeyboardButton]], is_persistent: Boolean, resize_keyboard: Boolean,
        one_time_keyboard: Boolean, input_field_placeholder: String, selective: Boolean""",
    "KeyboardButton": """text!: String, request_contact: Boolean, request_location: Boolean, style: String,
        web_app: WebAppInfo, icon_custom_emoji_id: String""",
    "ReplyKeyboardRemove": "remove_keyboard!: True, selective: Boolean",
    "ForceReply": "force_reply!: True, input_field_placeholder: String, selective: Boolean",
    "MessageEntity": """type!: String, offset!: Integer, length!: Integer, url: String, user: User, language: String,
        custom_emoji_id: String""",
    "User": """id!: Integer, is_bot!: Boolean, first_name!: String, last_name: String, username: String,
        language_code: String""",
    "LinkPreviewOptions": """is_disabled: Boolean, url: String, prefer_small_media: Boolean,
        prefer_large_media: Boolean, show_above_text: Boolean""",
    "ReplyParameters": """message_id!: Integer, chat_id: Chat, allow_sending_without_reply: Boolean, quote: String,
        quote_parse_mode: String, quote_entities: [MessageEntity], quote_position: Integer""",
    "BotCommand": "command!: String, description!: String",
    "BotCommandScope": "type!: String, chat_id: Chat, user_id: Integer",
    "MenuButton": "type!: String, text: String, web_app: WebAppInfo",
}


@dataclass(frozen=True)
class Field:
    """`types` are alternatives: names of scalars or objects; the name of a list's items stands in `[…]`."""

    types: tuple[str, ...]
    required: bool


@cache
def parameters(method: str) -> dict[str, Field]:
    return _fields(METHODS[method])


@cache
def fields(kind: str) -> dict[str, Field]:
    return _fields(OBJECTS[kind])


def _fields(table: str) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for entry in filter(None, (part.strip() for part in table.split(","))):
        name, _, types = entry.partition(":")
        found[name.rstrip("!")] = Field(tuple(types.strip().split("|")), name.endswith("!"))
    return found
