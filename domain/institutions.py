"""Whether two names mean the same institution, as people write them."""

from __future__ import annotations

from collections.abc import Mapping

from domain.form.reading import fold

#: how a word of a name is shortened → the word
_WORDS: Mapping[str, str] = {
    "kab": "kabupaten",
    "prov": "provinsi",
    "propinsi": "provinsi",
    "kec": "kecamatan",
    "pemkab": "pemerintah kabupaten",
    "pemprov": "pemerintah provinsi",
}
#: a name of fewer words, such as "Dinas", is only the same as itself
_FEWEST = 2


def is_same_institution(one: str, other: str) -> bool:
    """Also where one of the names leaves words out at its end or between: "Dinas Kesehatan" and "Dinas Kesehatan
    Kabupaten Jeneponto".
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if len(shorter) < _FEWEST:
        return shorter == longer and bool(shorter)
    return shorter <= longer


def _words(name: str) -> frozenset[str]:
    return frozenset(word for written in fold(name).split() for word in _WORDS.get(written, written).split())
