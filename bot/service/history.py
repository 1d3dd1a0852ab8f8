"""What was done to a case, told in sentences from the lines of its audit: who, what, when, and what it was before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from bot.service import access
from bot.service.audit import SYSTEM, chain_of, record
from bot.service.cases import VERDICTS
from bot.service.context import Context
from bot.service.wording import status_name
from domain.form.definition import Form
from domain.permissions import Act
from domain.text import Json, Text, cut, lines, verbatim
from storage import audit, file_records, letters, officers
from storage.tables import Application, AuditLine

PAGE = 6
#: letters of a remark or a reason; more is cut
MOST = 240


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some lines of a case, the newest last."""

    entries: tuple[Text, ...]
    first: int  #: number of the first of them
    last: int
    count: int  #: lines of the case in all


def page(ctx: Context, application: Application, last: int | None = None) -> HistoryPage:
    """The lines up to `last`, or the newest ones. Looking at them is written down as well."""
    case = chain_of(application)
    access.require(ctx, application, "read")
    count = audit.count(ctx.session, case)
    last = count if last is None else max(1, min(last, count))
    found = audit.lines(ctx.session, case, last, PAGE)
    entries = _entries(ctx, application, found)
    first = last - len(found) + 1
    record(ctx, application, "read_history", after={"first": first, "last": last})
    return HistoryPage(entries, first, last, count)


@dataclass(frozen=True, slots=True)
class _Told:
    """A line with what its numbers stand for."""

    who: Text
    by_clock: bool  #: nobody did it: the days passed, or it follows from another act
    before: Mapping[str, Json]
    after: Mapping[str, Json]
    form: Form
    names: Mapping[int, str]
    files: Mapping[int, str]
    letters: Mapping[int, str]

    def code(self) -> str:
        """Of the answer that the line is about."""
        question = self.form.questions.get(str(self.after.get("question")))
        return question.code if question else str(self.after.get("question"))

    def codes(self) -> str:
        asked = [self.form.questions.get(str(id)) for id in cast("list[Json]", self.after.get("questions") or [])]
        return ", ".join(question.code for question in asked if question)

    def block(self) -> str:
        return next((s.code for s in self.form.sections if s.id == self.after.get("section")), "")

    def name(self, values: Mapping[str, Json], key: str) -> str:
        """Of a person."""
        id = values.get(key)
        return self.names.get(id, "") if isinstance(id, int) else ""

    def words(self, key: str) -> str:
        return cut(str(self.after.get(key) or ""), MOST)


def _entries(ctx: Context, application: Application, found: list[AuditLine]) -> tuple[Text, ...]:
    people = {_person(line.actor) for line in found} | {
        cast("int | None", values.get("officer_id")) for line in found for values in (line.before, line.after)
    }
    names = officers.names(ctx.session, {id for id in people if id is not None})
    form = ctx.app.form(application.form, application.version)
    files = file_records.names(ctx.session, _numbers(found, "file"))
    numbers = letters.numbers(ctx.session, _numbers(found, "letter"))
    entries = []
    for line in found:
        who = _who(line.actor, names, application)
        told = _Told(who, line.actor == SYSTEM, line.before, line.after, form, names, files, numbers)
        sentence = SENTENCES[line.act](told) if line.act in SENTENCES else _unknown(told, line.act)
        entries.append(lines(Text("%(at)s", at=line.at.astimezone(ctx.office.zone)), sentence, _moved(line)))
    return tuple(entries)


def _person(actor: str) -> int | None:
    kind, _, number = actor.partition("/")
    return int(number) if kind == "person" and number.isdigit() else None


def _numbers(found: list[AuditLine], key: str) -> set[int]:
    return {number for line in found if isinstance(number := line.after.get(key), int)}


def _who(actor: str, names: Mapping[int, str], application: Application) -> Text:
    person = _person(actor)
    if person is None:
        return {SYSTEM: Text("Sistem"), "operator": Text("Operator")}.get(actor) or verbatim(actor)
    name = names.get(person) or actor
    return Text("%(name)s (pemohon)", name=name) if person == application.person_id else verbatim(name)


def _moved(line: AuditLine) -> Text | None:
    before, after = line.before.get("status"), line.after.get("status")
    if not isinstance(before, str) or not isinstance(after, str) or before == after or line.act == "submit":
        return None
    return Text("Status: %(before)s → %(after)s", before=status_name(before), after=status_name(after))


def _list(words: Json) -> str:
    """ "1. …. 2. …." """
    items = words if isinstance(words, list) else []
    return cut(" ".join(f"{n}. {item}" for n, item in enumerate(items, 1)), MOST)


def _released(told: _Told) -> Text:
    if told.by_clock:
        return Text("Permohonan kembali ke berkas masuk karena petugasnya sudah tidak bertugas.")
    return Text("%(who)s melepaskan permohonan ini.", who=told.who)


def _handed_over(told: _Told) -> Text:
    before = told.name(told.before, "officer_id")
    if not before:
        return Text("%(who)s mengambil alih permohonan ini.", who=told.who)
    return Text("%(who)s mengambil alih permohonan ini dari %(before)s.", who=told.who, before=before)


def _remarked(told: _Told) -> Text:
    return Text(
        "%(who)s menulis catatan pada butir %(code)s: “%(text)s”",
        who=told.who,
        code=told.code(),
        text=told.words("text"),
    )


def _closed_remark(told: _Told) -> Text:
    closed = Text("%(who)s menutup catatan pada butir %(code)s.", who=told.who, code=told.code())
    reply = told.words("reply")
    return lines(closed, Text("Jawaban pemohon: “%(reply)s”", reply=reply) if reply else None)


def _asked_for_revision(told: _Told) -> Text:
    if not told.codes():
        return Text("%(who)s meminta perbaikan kepada pemohon.", who=told.who)
    return Text("%(who)s meminta perbaikan kepada pemohon, butir %(codes)s.", who=told.who, codes=told.codes())


def _resubmitted(told: _Told) -> Text:
    was, now = told.before.get("title"), told.after.get("title")
    sent = Text("%(who)s mengirim perbaikan, putaran %(round)s.", who=told.who, round=told.words("round"))
    if not isinstance(was, str) or not isinstance(now, str):
        return sent
    return lines(sent, Text("Judul: “%(before)s” → “%(after)s”", before=cut(was, MOST), after=cut(now, MOST)))


def _verdict(values: Mapping[str, Json]) -> Text | None:
    return VERDICTS.get(str(values.get("verdict")))


def _decided(told: _Told) -> Text:
    verdict = _verdict(told.after) or Text("Layak")
    return lines(Text("%(who)s memutuskan: %(verdict)s.", who=told.who, verdict=verdict), *_contents(told.after))


def _contents(values: Mapping[str, Json]) -> tuple[Text | None, ...]:
    """What a letter says, as far as the line has it."""
    grounds, advice = _list(values.get("grounds")), _list(_advice(values))
    return (
        Text("Alasan: %(grounds)s", grounds=grounds) if grounds else None,
        Text("Perlu diperhatikan: %(advice)s", advice=advice) if advice else None,
    )


def _advice(values: Mapping[str, Json]) -> Json:
    return values.get("advice", values.get("heed"))  # the name of the column in older lines


def _edited(told: _Told) -> Text:
    was = told.before
    return lines(
        Text("%(who)s mengubah isi surat.", who=told.who),
        *(Text("Sebelumnya: %(words)s", words=_list(old)) for old in (was.get("grounds"), _advice(was)) if old),
        *_contents(told.after),
    )


def _reopened(told: _Told) -> Text:
    reopened = Text("%(who)s membuka lagi pemeriksaan.", who=told.who)
    verdict = _verdict(told.before)
    return lines(reopened, Text("Putusan sebelumnya: %(verdict)s", verdict=verdict) if verdict else None)


def _sent_back(told: _Told) -> Text:
    return Text(
        "%(who)s mengembalikan surat kepada petugas: “%(note)s”", who=told.who, note=told.words("director_note")
    )


def _issued(told: _Told) -> Text:
    number, identity = told.words("letter_number"), told.words("identity")
    if told.after.get("uploaded"):
        issued = Text("%(who)s mencatat surat yang terbit dengan nomor %(number)s.", who=told.who, number=number)
    else:
        issued = Text("%(who)s menerbitkan surat dengan nomor %(number)s.", who=told.who, number=number)
    return lines(issued, Text("Identitas rekomendasi: %(identity)s", identity=identity) if identity else None)


def _closed(told: _Told) -> Text:
    if told.by_clock:
        return Text("Permohonan selesai tanpa penilaian.")
    return Text("Permohonan selesai setelah dinilai.")


def _rated(told: _Told) -> Text:
    if "comment" in told.after:
        return Text("%(who)s menulis komentar: “%(words)s”", who=told.who, words=told.words("comment"))
    stars, before = told.words("stars"), told.before.get("stars")
    if before is not None:
        return Text(
            "%(who)s mengubah penilaian: %(before)s → %(stars)s.", who=told.who, before=str(before), stars=stars
        )
    return Text("%(who)s memberi %(stars)s dari 5 bintang.", who=told.who, stars=stars)


def _read(told: _Told) -> Text:
    if told.codes():
        return Text("%(who)s membaca isian %(codes)s.", who=told.who, codes=told.codes())
    return Text("%(who)s membaca blok %(block)s.", who=told.who, block=told.block())


def _opened_file(told: _Told) -> Text:
    name = told.files.get(cast("int", told.after.get("file")), "")
    return Text("%(who)s membuka berkas %(name)s.", who=told.who, name=name)


def _opened_letter(told: _Told) -> Text:
    number = told.letters.get(cast("int", told.after.get("letter")), "")
    if not number:
        return Text("%(who)s membuka konsep surat.", who=told.who)
    return Text("%(who)s membuka surat %(number)s.", who=told.who, number=number)


def _refused(told: _Told) -> Text:
    act = ATTEMPTS.get(cast("Act", told.after.get("act"))) or verbatim(str(told.after.get("act")))
    return Text("%(who)s mencoba %(act)s, tetapi tidak berwenang.", who=told.who, act=act)


def _unknown(told: _Told, act: str) -> Text:
    return Text("%(who)s: %(act)s", who=told.who, act=act)


#: what an act is called when it was refused
ATTEMPTS: Mapping[Act, Text] = {
    "read": Text("membaca permohonan ini"),
    "claim": Text("mengambil permohonan ini"),
    "release": Text("melepaskan permohonan ini"),
    "hand_over": Text("mengambil alih permohonan ini"),
    "remark": Text("mengurus catatan"),
    "note": Text("menulis catatan internal"),
    "request_revision": Text("meminta perbaikan"),
    "decide": Text("memutuskan hasil pemeriksaan"),
    "edit_letter": Text("mengubah isi surat"),
    "send_to_director": Text("mengirim surat kepada direktur"),
    "reopen": Text("membuka lagi pemeriksaan"),
    "send_back": Text("mengembalikan surat"),
    "issue": Text("menerbitkan surat"),
    "issue_by_upload": Text("mencatat surat terbit"),
    "expire": Text("menyatakan permohonan kedaluwarsa"),
    "resubmit": Text("mengirim perbaikan"),
    "withdraw": Text("menarik permohonan"),
}

#: act → its sentence; an act that is missing here is shown by its name
SENTENCES: Mapping[str, Callable[[_Told], Text]] = {
    "submit": lambda told: Text("%(who)s mengirim permohonan.", who=told.who),
    "claim": lambda told: Text("%(who)s mengambil permohonan ini.", who=told.who),
    "release": _released,
    "hand_over": _handed_over,
    "remark": _remarked,
    "close_remark": _closed_remark,
    "note": lambda told: Text("%(who)s menulis catatan internal: “%(text)s”", who=told.who, text=told.words("text")),
    "request_revision": _asked_for_revision,
    "resubmit": _resubmitted,
    "decide": _decided,
    "edit_letter": _edited,
    "send_to_director": lambda told: Text("%(who)s mengirim surat kepada direktur.", who=told.who),
    "reopen": _reopened,
    "send_back": _sent_back,
    "issue": _issued,
    "close": _closed,
    "rate": _rated,
    "withdraw": lambda told: Text("%(who)s menarik permohonan.", who=told.who),
    "expire": lambda told: Text("%(who)s menyatakan permohonan kedaluwarsa.", who=told.who),
    "read": _read,
    "read_file": _opened_file,
    "read_letter": _opened_letter,
    "read_history": lambda told: Text("%(who)s membuka riwayat ini.", who=told.who),
    "copy": lambda told: Text("Salinan permohonan dikirim ke %(email)s.", email=told.words("to")),
    "refused": _refused,
}
