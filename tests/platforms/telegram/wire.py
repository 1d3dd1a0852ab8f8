"""Reads a request: a JSON, urlencoded or multipart body becomes parameters with the types of the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.platforms.telegram.refusal import BotApiRefusal, Json, bad_request
from tests.platforms.telegram.schema import OBJECTS, Field, fields, parameters


@dataclass(frozen=True)
class RequestFile:
    """A file in a multipart request."""

    name: str
    content: bytes


@dataclass
class RawRequest:
    """The parameters and files of a request, before the types are checked."""

    values: Json = field(default_factory=dict)
    uploads: dict[str, RequestFile] = field(default_factory=dict)


_DISPOSITION = re.compile(r';\s*(name|filename)="?((?:[^"\\]|\\.)*)"?(?=;|$)')


def parse(content_type: str, query: str, body: bytes) -> RawRequest:
    wire = RawRequest(dict(parse_qsl(query, keep_blank_values=True)))
    kind, _, rest = content_type.partition(";")
    match kind.strip().lower():
        case "" if not body:
            pass
        case "application/json":
            wire.values |= _json_object(body)
        case "application/x-www-form-urlencoded":
            wire.values |= dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body)))
        case "multipart/form-data":
            _parse_multipart(rest.partition("boundary=")[2].partition(";")[0].strip('"').encode(), body, wire)
        case other if body:
            raise bad_request(f"unsupported content type {other}")
    return wire


def _json_object(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError as error:
        raise bad_request(f"can't parse JSON: {error}") from error
    if not isinstance(found, dict):
        raise bad_request("JSON object expected")
    return found


def _parse_multipart(boundary: bytes, body: bytes, wire: RawRequest) -> None:
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if not boundary or len(parts) < 2 or not parts[-1].startswith(b"--"):
        raise bad_request("can't parse multipart body")
    for part in parts[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        headers = dict(line.split(":", 1) for line in head.decode().strip().split("\r\n") if ":" in line)
        disposition = next((value for key, value in headers.items() if key.lower() == "content-disposition"), "")
        names = {key: value.replace('\\"', '"').replace("%22", '"') for key, value in _DISPOSITION.findall(disposition)}
        if "name" not in names:
            raise bad_request("a part of the body has no name")
        if "filename" in names:
            wire.uploads[names["name"]] = RequestFile(names["filename"], content)
        else:
            wire.values[names["name"]] = content.decode()


def typed(method: str, wire: RawRequest) -> Json:
    """The parameters with the types of the schema. Raises `BotApiRefusal` for the first wrong one."""
    known = parameters(method)
    used: set[str] = set()
    found: Json = {}
    for name, value in wire.values.items():
        if name not in known:
            if name in wire.uploads:
                continue
            raise bad_request(f"{method} has no parameter {name}")
        found[name] = _one_of(known[name], value, f"{method}.{name}", wire, used)
    for name in wire.uploads.keys() & known.keys():
        found[name] = _one_of(known[name], f"attach://{name}", f"{method}.{name}", wire, used)
    if unused := wire.uploads.keys() - used:
        raise bad_request(f"{method}: nothing refers to the file {', '.join(sorted(unused))}")
    _require(known, found, method)
    return found


def _require(known: dict[str, Field], found: Json, what: str) -> None:
    if missing := [name for name, spec in known.items() if spec.required and name not in found]:
        raise bad_request(f"{what}: parameter {', '.join(missing)} is required")


def _one_of(spec: Field, value: Any, where: str, wire: RawRequest, used: set[str]) -> Any:
    """The value as the first type that fits. When none fits, raises the refusal that says most."""
    refusal: BotApiRefusal | None = None
    for kind in spec.types:
        try:
            return _as(kind, value, where, wire, used)
        except BotApiRefusal as refused:
            if refusal is None or kind in _marked_by(value):
                refusal = refused
    assert refusal is not None
    raise refusal


def _marked_by(value: Any) -> tuple[str, ...]:
    """The kinds of markup that the value seems to be."""
    marks = {
        "inline_keyboard": "InlineKeyboardMarkup",
        "keyboard": "ReplyKeyboardMarkup",
        "remove_keyboard": "ReplyKeyboardRemove",
        "force_reply": "ForceReply",
    }
    return tuple(kind for mark, kind in marks.items() if f'"{mark}"' in str(value) or f"'{mark}'" in str(value))


def _as(kind: str, value: Any, where: str, wire: RawRequest, used: set[str]) -> Any:
    if kind in _SCALARS:
        return _SCALARS[kind](value, where)
    if kind == "InputFile":
        return _upload(value, where, wire, used)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {where}: {kind} expected as JSON") from error
    if kind.startswith("["):
        if not isinstance(value, list):
            raise bad_request(f"can't parse {where}: a list expected")
        return [_as(kind[1:-1], item, f"{where}[{index}]", wire, used) for index, item in enumerate(value)]
    assert kind in OBJECTS, kind
    if not isinstance(value, dict):
        raise bad_request(f"can't parse {where}: {kind} expected")
    known = fields(kind)
    if unknown := value.keys() - known.keys():
        raise bad_request(f"{where}: {kind} has no field {', '.join(sorted(unknown))}")
    found = {name: _one_of(known[name], item, f"{where}.{name}", wire, used) for name, item in value.items()}
    _require(known, found, f"{where} ({kind})")
    return found


def _upload(value: Any, where: str, wire: RawRequest, used: set[str]) -> RequestFile:
    name = str(value).removeprefix("attach://")
    if not str(value).startswith("attach://") or name not in wire.uploads:
        raise bad_request(f"{where}: no such file in the request")
    used.add(name)
    return wire.uploads[name]


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise bad_request(f"{where} must be a String, not {value!r}")
    return value


def _file_id(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value or value.startswith("attach://"):
        raise bad_request(f"{where}: wrong file identifier/HTTP URL specified")
    return value


def _integer(value: Any, where: str) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad_request(f"{where} must be an Integer, not {value!r}")
    return value


def _chat(value: Any, where: str) -> int | str:
    if isinstance(value, str) and re.fullmatch(r"@[A-Za-z]\w{3,31}", value):
        return value
    if value == "":
        raise bad_request("chat_id is empty")
    return _integer(value, where)


def _boolean(value: Any, where: str) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise bad_request(f"{where} must be a Boolean, not {value!r}")
    return value


def _true(value: Any, where: str) -> bool:
    if not _boolean(value, where):
        raise bad_request(f"{where} must be True")
    return True


_SCALARS: dict[str, Callable[[Any, str], Any]] = {
    "String": _string,
    "FileId": _file_id,
    "Integer": _integer,
    "Chat": _chat,
    "Boolean": _boolean,
    "True": _true,
}
