"""Similar activities as applicants and officers read them: one sentence, and a list."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalogue import Entry
from domain.similarity import SimilarActivity
from domain.text import Text, cut, joined, lines, verbatim

#: the most characters of a title: three activities fit into a message of 1,024 characters
_TITLE, _ORGANISER = 120, 80

SHOW = Text("Lihat kegiatan mirip")


def summary(found: Sequence[SimilarActivity]) -> Text:
    """How many there are, and the most similar one."""
    entry = found[0].listed.entry
    nearest = Text(
        "“%(title)s” (%(organiser)s, %(year)s)",
        title=cut(entry.title, _TITLE),
        organiser=cut(entry.organiser, _ORGANISER),
        year=str(entry.year),
    )
    if len(found) == 1:
        return Text("Ada kegiatan mirip di katalog: %(activity)s.", activity=nearest)
    return Text("Ada %(count)s kegiatan mirip di katalog, misalnya %(activity)s.", count=len(found), activity=nearest)


def listing(found: Sequence[SimilarActivity]) -> Text:
    return lines(*(_row(number, similar) for number, similar in enumerate(found, start=1)))


def _row(number: int, similar: SimilarActivity) -> Text:
    entry = similar.listed.entry
    title = Text(
        "%(number)s. %(title)s (%(year)s)", number=number, title=cut(entry.title, _TITLE), year=str(entry.year)
    )
    facts = (verbatim(cut(entry.organiser, _ORGANISER)), _recommendation(entry))
    return lines(title, joined(" · ", *facts), Text("Alasan: %(reasons)s", reasons=similar.similarity.reasons))


def _recommendation(entry: Entry) -> Text:
    if entry.status == "ditolak":
        return Text("rekomendasi ditolak")
    if entry.recommendation_identity:
        return Text("identitas %(identity)s", identity=entry.recommendation_identity)
    if entry.letter_number:
        return Text("surat %(number)s", number=entry.letter_number)
    return Text("nomor rekomendasi tidak tercatat")
