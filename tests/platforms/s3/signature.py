"""Signature Version 4, as a server checks it: AWS, *Authenticating requests (AWS Signature Version 4)*."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from aiohttp import web

#: by which clocks may differ
TOLERANCE = timedelta(minutes=15)
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


def why_refused(request: web.Request, body: bytes, access_key: str, secret_key: str, region: str) -> str:
    """The code of the error; empty for a right signature."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    date = request.headers.get("x-amz-date", "")
    signed = found["headers"].split(";") if found else []
    if found is None or not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(signed):
        return "AccessDenied"
    if found["key"] != access_key:
        return "InvalidAccessKeyId"
    if found["region"] != region:
        return "AuthorizationHeaderMalformed"
    moment = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if not date.startswith(found["day"]) or abs(datetime.now(UTC) - moment) > TOLERANCE:
        return "RequestTimeTooSkewed"
    payload = request.headers["x-amz-content-sha256"]
    if payload != hashlib.sha256(body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    scope = f"{found['day']}/{region}/s3/aws4_request"
    canonical = hashlib.sha256(_canonical(request, signed, payload).encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{canonical}"
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    expected = hmac.digest(key, text.encode(), "sha256").hex()
    return "" if hmac.compare_digest(expected, found["signature"]) else "SignatureDoesNotMatch"


def _canonical(request: web.Request, signed: list[str], payload: str) -> str:
    path, _, query = request.raw_path.partition("?")
    pairs = [part.partition("=") for part in query.split("&") if part]
    sorted_query = "&".join(sorted(f"{_encoded(name)}={_encoded(value)}" for name, _, value in pairs))
    headers = [f"{name}:{' '.join(request.headers[name].split())}\n" for name in signed]
    return "\n".join((request.method, path, sorted_query, "".join(headers), ";".join(signed), payload))


def _encoded(part: str) -> str:
    return quote(unquote(part), safe="-_.~")
