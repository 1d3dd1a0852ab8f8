"""What each method does with parameters that have the types of the schema."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.platforms.telegram import limits
from tests.platforms.telegram.chats import Chat, ChatMessage, ServerFile
from tests.platforms.telegram.entities import formatted, utf16_length
from tests.platforms.telegram.refusal import BotApiRefusal, Json, bad_request
from tests.platforms.telegram.updates import RARE, USUAL
from tests.platforms.telegram.wire import RequestFile

if TYPE_CHECKING:
    from tests.platforms.telegram.server import BotApi

Perform = Callable[["BotApi", Json], Any]


def _chat(api: BotApi, params: Json) -> Chat:
    chat = api.chats.get(params["chat_id"])
    if chat is None:
        raise bad_request("chat not found")
    chat.check_writable()
    return chat


def _words(params: Json, text: str, entities: str) -> Json:
    """The formatted text. `text` and `entities` are the names of the fields, in the request and in the message."""
    plain, found = formatted(params.get(text, ""), params.get("parse_mode"), params.get(entities))
    if text == "text":
        limits.check_text(plain)
    else:
        limits.check_caption(plain)
    words: Json = {text: plain} if plain else {}
    return words | {entities: found} if found else words


def _send(api: BotApi, params: Json, body: Json, file: ServerFile | None = None) -> Json:
    chat = _chat(api, params)
    markup: Json = params.get("reply_markup", {})
    limits.check_markup(markup, private=chat.kind == "private")
    if reply := params.get("reply_parameters"):
        if reply["message_id"] in chat.messages:
            body |= {"reply_to_message": _without_reply(chat.messages[reply["message_id"]])}
        elif not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
    if params.get("protect_content"):
        body |= {"has_protected_content": True}
    if markup.get("inline_keyboard"):
        body |= {"reply_markup": markup}
    keyboard = markup if "inline_keyboard" not in markup else None
    api.rates.count(chat)
    return chat.add(api.me, body, file=file, keyboard=keyboard).payload()


def _without_reply(message: ChatMessage) -> Json:
    return {key: value for key, value in message.payload().items() if key != "reply_to_message"}


def send_message(api: BotApi, params: Json) -> Json:
    _chat(api, params)
    return _send(api, params, _words(params, "text", "entities"))


def send_document(api: BotApi, params: Json) -> Json:
    _chat(api, params)
    words = _words(params, "caption", "caption_entities")
    file = _stored(api, params["document"], "documents", limits.DOCUMENT)
    document = file.described() | {"file_name": file.name, "mime_type": file.mime}
    return _send(api, params, {"document": document} | words, file)


def send_photo(api: BotApi, params: Json) -> Json:
    _chat(api, params)
    words = _words(params, "caption", "caption_entities")
    if isinstance(params["photo"], RequestFile):
        limits.check_picture(params["photo"].content)
    file = _stored(api, params["photo"], "photos", limits.PHOTO)
    return _send(api, params, {"photo": api.files.sizes(file)} | words, file)


def _stored(api: BotApi, given: RequestFile | str, kind: str, longest: int) -> ServerFile:
    """Stores an uploaded file, or finds the file of a file id."""
    if isinstance(given, str):
        file = api.files.by_id.get(given)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if not file.path.startswith(kind):
            raise bad_request(f"can't use file of type {file.path.partition('/')[0]} as {kind}")
        return file
    if not given.content:
        raise bad_request("file must be non-empty")
    if len(given.content) > longest:
        raise BotApiRefusal(413)
    mime = mimetypes.guess_type(given.name)[0] or "application/octet-stream"
    return api.files.keep(given.name, given.content, mime, kind)


def send_chat_action(api: BotApi, params: Json) -> bool:
    chat = _chat(api, params)
    if params["action"] not in limits.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append(params["action"])
    return True


def _edited(api: BotApi, params: Json, change: Callable[[ChatMessage], Json]) -> Json:
    """Edits a message: `change` gives the new body. A request without a keyboard removes the keyboard."""
    if "chat_id" not in params or "message_id" not in params:
        raise bad_request("message identifier is not specified")
    chat = _chat(api, params)
    message = chat.find(params["message_id"], "message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    markup: Json = params.get("reply_markup", {})
    limits.check_markup(markup, private=chat.kind == "private")
    body = change(message)
    body.pop("reply_markup", None)
    if markup.get("inline_keyboard"):
        body["reply_markup"] = markup
    if body == message.body:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message"
        )
    message.body, message.edited = body, int(time.time())
    chat.show(message)
    return message.payload()


def edit_message_text(api: BotApi, params: Json) -> Json:
    def change(message: ChatMessage) -> Json:
        if "text" not in message.body:
            raise bad_request("there is no text in the message to edit")
        kept = {key: value for key, value in message.body.items() if key not in {"text", "entities"}}
        return kept | _words(params, "text", "entities")

    return _edited(api, params, change)


def edit_message_caption(api: BotApi, params: Json) -> Json:
    def change(message: ChatMessage) -> Json:
        if message.file is None:
            raise bad_request("there is no caption in the message to edit")
        kept = {key: value for key, value in message.body.items() if key not in {"caption", "caption_entities"}}
        return kept | _words(params, "caption", "caption_entities")

    return _edited(api, params, change)


def edit_message_reply_markup(api: BotApi, params: Json) -> Json:
    return _edited(api, params, lambda message: dict(message.body))


def delete_message(api: BotApi, params: Json) -> bool:
    chat = _chat(api, params)
    message = chat.find(params["message_id"], "message to delete not found")
    if not message.from_bot and chat.kind != "private":
        raise bad_request("message can't be deleted")
    message.deleted = True
    chat.show(message)
    return True


def delete_messages(api: BotApi, params: Json) -> bool:
    chat = _chat(api, params)
    if not 1 <= len(params["message_ids"]) <= 100:
        raise bad_request("message_ids must have 1 to 100 identifiers")
    for message in filter(None, map(chat.messages.get, params["message_ids"])):
        message.deleted = True
        chat.show(message)
    return True


def answer_callback_query(api: BotApi, params: Json) -> bool:
    query = api.queries.get(params["callback_query_id"])
    too_old = query is not None and time.monotonic() - query.at > api.query_lifetime
    if query is None or query.answer is not None or too_old:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if utf16_length(params.get("text", "")) > limits.CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if not params.get("url", "https://t.me/").startswith("https://t.me/"):
        raise bad_request("URL_INVALID")
    query.answer = params
    query.answered.set()
    return True


def get_file(api: BotApi, params: Json) -> Json:
    file = api.files.by_id.get(params["file_id"])
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > limits.DOWNLOAD:
        raise bad_request("file is too big")
    return file.described() | {"file_path": file.path}


def get_chat(api: BotApi, params: Json) -> Json:
    chat = _chat(api, params)
    return chat.described() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}


_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def leave_chat(api: BotApi, params: Json) -> bool:
    chat = _chat(api, params)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.kicked = True
    return True


def _commands_key(params: Json) -> tuple[str, str]:
    scope = params.get("scope", {"type": "default"})
    limits.check_scope(scope)
    language = params.get("language_code", "")
    limits.check_language(language)
    return ":".join(str(part) for part in scope.values()), language


def set_my_commands(api: BotApi, params: Json) -> bool:
    key = _commands_key(params)
    limits.check_commands(params["commands"])
    scope = params.get("scope", {})
    if "chat_id" in scope and scope["chat_id"] not in api.chats:
        raise bad_request("chat not found")
    api.commands[key] = params["commands"]
    return True


def delete_my_commands(api: BotApi, params: Json) -> bool:
    api.commands.pop(_commands_key(params), None)
    return True


def get_my_commands(api: BotApi, params: Json) -> list[Json]:
    return api.commands.get(_commands_key(params), [])


def _set_name(method: str) -> Perform:
    name, longest = limits.NAMES[method]

    def perform(api: BotApi, params: Json) -> bool:
        limits.check_language(params.get("language_code", ""))
        if utf16_length(params.get(name, "")) > longest:
            raise bad_request(f"{name.upper()}_INVALID: longer than {longest}")
        api.names[name, params.get("language_code", "")] = params.get(name, "")
        return True

    return perform


def _get_name(method: str) -> Perform:
    name, _ = limits.NAMES[method]

    def perform(api: BotApi, params: Json) -> Json:
        language = params.get("language_code", "")
        return {name: api.names.get((name, language)) or api.names.get((name, ""), "")}

    return perform


def get_me(api: BotApi, params: Json) -> Json:
    return api.me | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(api: BotApi, params: Json) -> list[Json]:
    limit, timeout = params.get("limit", 100), params.get("timeout", 0)
    if not 1 <= limit <= 100:
        raise bad_request("limit must be between 1 and 100")
    if not 0 <= timeout <= 50:
        raise bad_request("timeout must be between 0 and 50 seconds")
    _allow(api, params)
    return await api.updates.poll(params.get("offset", 0), limit, timeout)


def _allow(api: BotApi, params: Json) -> None:
    if "allowed_updates" in params:
        if unknown := set(params["allowed_updates"]) - USUAL - RARE:
            raise bad_request(f"allowed_updates: there are no updates of kind {', '.join(sorted(unknown))}")
        api.updates.allowed = set(params["allowed_updates"]) or USUAL


async def set_webhook(api: BotApi, params: Json) -> bool:
    url = params["url"]
    if not url:
        await api.updates.delete_webhook()
        return True
    parts = urlsplit(url)
    if parts.scheme != "https" and not ip_address(parts.hostname or "").is_loopback:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    connections = params.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad_request("bad webhook: max_connections must be between 1 and 100")
    secret = params.get("secret_token", "")
    if len(secret) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
        raise bad_request("secret token contains unallowed characters")
    _allow(api, params)
    if params.get("drop_pending_updates"):
        api.updates.pending.clear()
    await api.updates.set_webhook(url, secret, connections)
    return True


async def delete_webhook(api: BotApi, params: Json) -> bool:
    await api.updates.delete_webhook()
    if params.get("drop_pending_updates"):
        api.updates.pending.clear()
    return True


def get_webhook_info(api: BotApi, params: Json) -> Json:
    webhook = api.updates.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(api.updates.unconfirmed),
    }
    if webhook:
        info |= {"max_connections": webhook.max_connections, "allowed_updates": sorted(api.updates.allowed)}
        if webhook.last_error:
            info |= {"last_error_date": int(time.time()), "last_error_message": webhook.last_error}
    return info


def set_chat_menu_button(api: BotApi, params: Json) -> bool:
    button = params.get("menu_button", {"type": "default"})
    if button["type"] not in {"default", "commands"}:
        raise bad_request(f"can't parse menu button: type {button['type']!r} is not used by this bot")
    api.menu_buttons[params.get("chat_id")] = button
    return True


def get_chat_menu_button(api: BotApi, params: Json) -> Json:
    return api.menu_buttons.get(params.get("chat_id"), {"type": "commands"})


PERFORM: dict[str, Perform | Callable[[BotApi, Json], Awaitable[Any]]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "getFile": get_file,
    "getChat": get_chat,
    "leaveChat": leave_chat,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "setMyName": _set_name("setMyName"),
    "getMyName": _get_name("setMyName"),
    "setMyDescription": _set_name("setMyDescription"),
    "getMyDescription": _get_name("setMyDescription"),
    "setMyShortDescription": _set_name("setMyShortDescription"),
    "getMyShortDescription": _get_name("setMyShortDescription"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
