"""The copy of one's own data as ZIP files, none of them larger than a platform carries."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence

from domain.text import Json

#: bytes of the files in one archive; platforms carry 20 MB and more
LIMIT = 15_000_000
#: of entries, so that equal data make equal bytes
_TIME = (1980, 1, 1, 0, 0, 0)


def render(
    document: Mapping[str, Json], files: Sequence[tuple[str, int]], read: Callable[[int], bytes]
) -> Iterator[bytes]:
    """The archives one after the other; the first begins with `data.json`. `files`: (name, bytes). `read`: the content
    of the file at this position.
    """
    first = [("data.json", json.dumps(document, ensure_ascii=False, indent=1).encode())]
    entries, size = first, len(first[0][1])
    for position, (name, length) in enumerate(files):
        if entries and size + length > LIMIT:
            yield _archive(entries)
            entries, size = [], 0
        entries.append((name, read(position)))
        size += length
    yield _archive(entries)


def _archive(entries: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
