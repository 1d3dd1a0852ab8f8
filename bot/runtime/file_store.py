"""Opens the file store that the settings name: the data folder, or an object store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import OperatorError, TemporaryFailure
from bot.settings import Settings
from bot.troubles import TroubleLog
from storage import file_place
from storage.disk_objects import FILES, DiskObjects
from storage.file_place import PlaceWrong
from storage.objects import Objects, StoreAway, StoreRefused
from storage.unit import Units

if TYPE_CHECKING:
    from storage.s3_objects import S3Objects


def open_objects(settings: Settings, units: Units, trouble: TroubleLog | None = None) -> Objects:
    """Makes sure that they are those of this database. `trouble`: is told from then on when an object store is away.
    Raises `OperatorError`.
    """
    store = open_s3(settings)
    try:
        file_place.ensure(units, store)
    except PlaceWrong as wrong:
        raise OperatorError(str(wrong)) from None
    except StoreAway as away:
        failure = OperatorError if isinstance(away, StoreRefused) else TemporaryFailure
        raise failure(f"{settings.files_url}: {away}; check PST_FILES_URL and what belongs to it.") from None
    if store is None:
        return DiskObjects(settings.data_dir / FILES)
    store.trouble = trouble
    return store


def open_s3(settings: Settings) -> S3Objects | None:
    """The object store that PST_FILES_URL names, if it names one; nothing is asked yet. Raises `OperatorError`."""
    if not settings.files_url:
        return None
    try:
        from storage.s3_objects import S3Objects, S3Place
    except ImportError:
        raise OperatorError("PST_FILES_URL needs a library that is not installed: run make setup-s3.") from None
    bucket, _, prefix = settings.files_url.removeprefix("s3://").partition("/")
    region = settings.files_region
    endpoint = settings.files_endpoint or f"https://s3.{region}.amazonaws.com"
    place = S3Place(bucket, prefix, endpoint, region, settings.files_access_key, settings.files_secret_key)
    return S3Objects(place)
