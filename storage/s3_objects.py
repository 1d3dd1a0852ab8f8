"""Objects of the file store in an object store that speaks S3. An object is complete or absent, also after a crash."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from domain.frozen import frozen
from storage.objects import NAME, StoreAway, StoreRefused
from storage.outages import Trouble
from storage.secrets import SealBroken

#: the object that says whose files lie beside it
MARK = "installation"
#: bytes; no file of ours is larger, so nobody fills our memory with another one
LARGEST = 128 * 1024**2
#: for reaching the server, and for a whole request: 20 MB over a slow line
CONNECT_TIMEOUT, TIMEOUT = timedelta(seconds=3), timedelta(seconds=30)
#: how often a request is tried again, with growing pauses, and how long after it began
RETRIES, RETRY_WITHIN = 3, timedelta(seconds=10)
#: seconds before the store is asked again after it was away, and the most; the pause doubles with each failure
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
_NO_BUCKET = "there is no such bucket"
Result = TypeVar("Result")


@frozen
class S3Place:
    bucket: str
    prefix: str
    endpoint: str  #: https://… without the bucket
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)

    def __str__(self) -> str:
        return "/".join(("s3:/", self.bucket, *filter(None, [self.prefix])))


class S3Objects:
    """Implements `storage.objects.Objects`. While the store is away, requests fail at once for a growing while, so that
    nobody waits behind others who wait.
    """

    def __init__(self, place: S3Place) -> None:
        self.place = place
        self.trouble: Trouble | None = None
        self._pause = 0.0
        self._away_until = 0.0
        self._failure: StoreAway | None = None
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            region=place.region,
            access_key_id=place.access_key_id,
            secret_access_key=place.secret_access_key,
            disable_bulk_delete=True,  # not every store has it
            endpoint=place.endpoint,
            client_options={
                "allow_http": place.endpoint.startswith("http://"),
                "timeout": TIMEOUT,
                "connect_timeout": CONNECT_TIMEOUT,
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": RETRY_WITHIN},
        )

    def put(self, name: str, content: bytes) -> None:
        try:
            self._ask(lambda: obstore.put(self._store, name, content, use_multipart=False))
        except FileNotFoundError:
            raise self._failed(StoreRefused(_NO_BUCKET)) from None

    def get(self, name: str) -> bytes:
        return self._ask(lambda: self._whole(name))

    def delete(self, name: str, before: datetime | None = None) -> None:
        try:
            if before is None or self._ask(lambda: obstore.head(self._store, name))["last_modified"] < before:
                self._ask(lambda: obstore.delete(self._store, name))
        except FileNotFoundError:
            return

    def exists(self, name: str) -> bool:
        try:
            self._ask(lambda: obstore.head(self._store, name))
        except FileNotFoundError:
            return False
        return True

    def names(self, before: datetime | None = None) -> Iterator[str]:
        if before is not None and before.tzinfo is None:
            raise ValueError("a moment without a time zone")
        pages = obstore.list(self._store)
        while (page := self._ask(lambda: next(pages, None))) is not None:
            for found in page:
                if NAME.fullmatch(found["path"]) and (before is None or found["last_modified"] < before):
                    yield found["path"]

    @property
    def away(self) -> str:
        return str(self._failure or "")

    def mark(self) -> str:
        try:
            return self.get(MARK).decode(errors="replace")
        except FileNotFoundError:
            return ""

    def write_mark(self, text: str) -> None:
        self.put(MARK, text.encode())

    def try_out(self) -> None:
        """Writes, reads and deletes an object. Raises `StoreAway`."""
        name, content = f"check-{uuid4().hex}", os.urandom(64)
        self.put(name, content)
        try:
            if self.get(name) != content:
                raise StoreAway("another object came back than was stored")
        except FileNotFoundError:
            raise StoreAway("an object was not there after it was stored") from None
        finally:
            self.delete(name)

    def _whole(self, name: str) -> bytes:
        found = obstore.get(self._store, name)
        if found.meta["size"] > LARGEST:
            raise SealBroken(f"an object is larger than {LARGEST} bytes: it is none of ours")
        return bytes(found.bytes())

    def _ask(self, request: Callable[[], Result]) -> Result:
        """Raises `FileNotFoundError` and `StoreAway`."""
        failure = self._failure  # read once: another thread may change it
        if failure is not None and monotonic() < self._away_until:
            raise type(failure)(*failure.args)  # of its own: several threads may raise it
        try:
            result = request()
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise self._failed(StoreRefused(_NO_BUCKET)) from None
            self._works()
            raise
        except (BaseError, OSError, ValueError) as error:
            raise self._failed(_named(error)) from None
        self._works()
        return result

    def _works(self) -> None:
        self._failure, self._pause = None, 0.0
        if self.trouble is not None:
            self.trouble.worked()

    def _failed(self, failure: StoreAway) -> StoreAway:
        """Requests that were under way together make one pause."""
        now = monotonic()
        if now >= self._away_until:
            self._pause = min(2 * self._pause, LONGEST_PAUSE) if self._pause else FIRST_PAUSE
            self._away_until = now + self._pause
        self._failure = failure
        if self.trouble is not None:
            self.trouble.failed(str(failure))
        return failure


def _named(error: Exception) -> StoreAway:
    """Without the words of the server, which repeat the request."""
    if "AuthorizationHeaderMalformed" in str(error):
        return StoreRefused("its region is another one")
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return StoreRefused("the keys are refused, or may not do this")
    return StoreAway("no usable answer")
