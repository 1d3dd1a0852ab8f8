"""The history of an application, in sentences made from its audit lines: who did what, when, and what it was before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
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
MAX_LENGTH = 240  #: characters of a remark or a reason


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some lines of one history, the newest last."""

    entries: tuple[Text, ...]
    first: int  #: number of the first of them
    last: int
    count: int  #: lines of the whole history


def read_page(ctx: Context, application: Application, last: int | None = None) -> HistoryPage:
    """The lines up to the number `last`, by default the newest. Reading them is recorded too."""
    chain = chain_of(application)
    access.require(ctx, application, "read")
    count = audit.count(ctx.session, chain)
    last = count if last is None else max(1, min(last, count))
    found = audit.lines(ctx.session, chain, last, PAGE)
    entries = _entries(ctx, application, found)
    first = last - len(found) + 1
    record(ctx, application, "read_history", after={"first": first, "last": last})
    return HistoryPage(entries, first, last, count)


@dataclass(frozen=True, slots=True)
class _Event:
    """One audit line, and the names that its ids stand for."""

    who: Text
    by_system: bool  #: it follows from a rule, without a person
    before: Mapping[str, Json]
    after: Mapping[str, Json]
    form: Form
    names: Mapping[int, str]
    files: Mapping[int, str]
    letters: Mapping[int, str]

    def code(self) -> str:
        """The code of the question, as on paper: "3.2"."""
        question = self.form.questions.get(str(self.after.get("question")))
        return question.code if question else str(self.after.get("question"))

    def codes(self) -> str:
        asked = [self.form.questions.get(str(id)) for id in cast("list[Json]", self.after.get("questions") or [])]
        return ", ".join(question.code for question in asked if question)

    def block(self) -> str:
        return next((s.code for s in self.form.sections if s.id == self.after.get("section")), "")

    def name(self, values: Mapping[str, Json], key: str) -> str:
        """The name of the person whose id is under this key."""
        id = values.get(key)
        return self.names.get(id, "") if isinstance(id, int) else ""

    def words(self, key: str) -> str:
        return cut(str(self.after.get(key) or ""), MAX_LENGTH)


def _entries(ctx: Context, application: Application, found: list[AuditLine]) -> tuple[Text, ...]:
    people = {_person_id(line.actor) for line in found} | {
        cast("int | None", values.get("officer_id")) for line in found for values in (line.before, line.after)
    }
    names = officers.names(ctx.session, {id for id in people if id is not None})
    form = ctx.app.form(application.form, application.version)
    files = file_records.names(ctx.session, _ids(found, "file"))
    numbers = letters.numbers(ctx.session, _ids(found, "letter"))
    entries = []
    for line in found:
        who = _who(line.actor, names, application)
        event = _Event(who, line.actor == SYSTEM, line.before, line.after, form, names, files, numbers)
        sentence = SENTENCES[line.act](event) if line.act in SENTENCES else _unknown(event, line.act)
        entries.append(lines(Text("%(at)s", at=line.at.astimezone(ctx.office.zone)), sentence, _status_change(line)))
    return tuple(entries)


def _person_id(actor: str) -> int | None:
    kind, _, id = actor.partition("/")
    return int(id) if kind == "person" and id.isdigit() else None


def _ids(found: list[AuditLine], key: str) -> set[int]:
    return {id for line in found if isinstance(id := line.after.get(key), int)}


def _who(actor: str, names: Mapping[int, str], application: Application) -> Text:
    person_id = _person_id(actor)
    if person_id is None:
        return {SYSTEM: Text("Sistem"), "operator": Text("Operator")}.get(actor) or verbatim(actor)
    name = names.get(person_id, "")
    if person_id == application.person_id:
        return Text("%(name)s (pemohon)", name=name) if name else Text("Pemohon")
    return verbatim(name) if name else Text("Seorang petugas")


def _status_change(line: AuditLine) -> Text | None:
    before, after = line.before.get("status"), line.after.get("status")
    if not isinstance(before, str) or not isinstance(after, str) or before == after or line.act == "submit":
        return None
    return Text("Status: %(before)s → %(after)s", before=status_name(before), after=status_name(after))


def _list(words: Json) -> str:
    """ "1. …. 2. …." """
    items = words if isinstance(words, list) else []
    return cut(" ".join(f"{n}. {item}" for n, item in enumerate(items, 1)), MAX_LENGTH)


def _released(event: _Event) -> Text:
    if event.by_system:
        return Text("Permohonan kembali ke berkas masuk karena petugasnya sudah tidak bertugas.")
    return Text("%(who)s melepaskan permohonan ini.", who=event.who)


def _handed_over(event: _Event) -> Text:
    before = event.name(event.before, "officer_id")
    if not before:
        return Text("%(who)s mengambil alih permohonan ini.", who=event.who)
    return Text("%(who)s mengambil alih permohonan ini dari %(before)s.", who=event.who, before=before)


def _remarked(event: _Event) -> Text:
    return Text(
        "%(who)s menulis catatan pada butir %(code)s: “%(text)s”",
        who=event.who,
        code=event.code(),
        text=event.words("text"),
    )


def _weighed_remark(event: _Event) -> Text:
    if event.words("severity") == "fatal":
        return Text("%(who)s menyatakan catatan pada butir %(code)s fatal.", who=event.who, code=event.code())
    return Text("%(who)s menyatakan catatan pada butir %(code)s dapat diperbaiki.", who=event.who, code=event.code())


def _closed_remark(event: _Event) -> Text:
    closed = Text("%(who)s menutup catatan pada butir %(code)s.", who=event.who, code=event.code())
    reply = event.words("reply")
    return lines(closed, Text("Jawaban pemohon: “%(reply)s”", reply=reply) if reply else None)


def _asked_for_revision(event: _Event) -> Text:
    if not event.codes():
        return Text("%(who)s meminta perbaikan kepada pemohon.", who=event.who)
    return Text("%(who)s meminta perbaikan kepada pemohon, butir %(codes)s.", who=event.who, codes=event.codes())


def _resubmitted(event: _Event) -> Text:
    was, now = event.before.get("title"), event.after.get("title")
    sent = Text("%(who)s mengirim perbaikan, putaran %(round)s.", who=event.who, round=event.words("round"))
    if not isinstance(was, str) or not isinstance(now, str):
        return sent
    return lines(
        sent, Text("Judul: “%(before)s” → “%(after)s”", before=cut(was, MAX_LENGTH), after=cut(now, MAX_LENGTH))
    )


def _verdict(values: Mapping[str, Json]) -> Text | None:
    return VERDICTS.get(str(values.get("verdict")))


def _decided(event: _Event) -> Text:
    verdict = _verdict(event.after) or Text("Layak")
    return lines(Text("%(who)s memutuskan: %(verdict)s.", who=event.who, verdict=verdict), *_contents(event.after))


def _contents(values: Mapping[str, Json]) -> tuple[Text | None, ...]:
    """What the letter says, as far as the line knows it."""
    grounds, advice = _list(values.get("grounds")), _list(_advice(values))
    return (
        Text("Alasan: %(grounds)s", grounds=grounds) if grounds else None,
        Text("Perlu diperhatikan: %(advice)s", advice=advice) if advice else None,
        *_addressed(values),
    )


def _addressed(values: Mapping[str, Json]) -> tuple[Text | None, ...]:
    """To whom the letter goes, where the line is about that."""
    recipient, copies = str(values.get("recipient") or ""), _list(values.get("copies"))
    return (
        Text("Penerima: %(recipient)s", recipient=recipient) if recipient else None,
        Text("Tembusan: %(copies)s", copies=copies) if copies else None,
        *_signed(values),
    )


def _signed(values: Mapping[str, Json]) -> tuple[Text | None, ...]:
    """Who signs the letter, and where, where the line is about that."""
    signer, place = values.get("signer"), str(values.get("place") or "")
    named = ""
    if isinstance(signer, dict):
        named = ", ".join(str(signer[part]) for part in ("name", "title", "nip") if signer.get(part))
    return (
        Text("Penanda tangan: %(signer)s", signer=named) if named else None,
        Text("Tempat surat: %(place)s", place=place) if place else None,
    )


def _advice(values: Mapping[str, Json]) -> Json:
    return values.get("advice", values.get("heed"))  # the name of the column in older lines


def _edited(event: _Event) -> Text:
    was = event.before
    return lines(
        Text("%(who)s mengubah isi surat.", who=event.who),
        *(Text("Sebelumnya: %(words)s", words=_list(old)) for old in (was.get("grounds"), _advice(was)) if old),
        *_contents(event.after),
    )


def _amended(event: _Event) -> Text:
    return lines(
        Text("%(who)s memperbaiki surat %(number)s.", who=event.who, number=event.words("letter_number")),
        *_contents(event.after),
    )


def _completed(event: _Event) -> Text:
    return lines(Text("%(who)s melengkapi surat sebelum terbit.", who=event.who), *_addressed(event.after))


def _reopened(event: _Event) -> Text:
    reopened = Text("%(who)s membuka lagi pemeriksaan.", who=event.who)
    verdict = _verdict(event.before)
    return lines(reopened, Text("Putusan sebelumnya: %(verdict)s", verdict=verdict) if verdict else None)


def _sent_back(event: _Event) -> Text:
    return Text(
        "%(who)s mengembalikan surat kepada petugas: “%(note)s”", who=event.who, note=event.words("director_note")
    )


def _issued(event: _Event) -> Text:
    number, identity = event.words("letter_number"), event.words("identity")
    if event.after.get("uploaded"):
        issued = Text("%(who)s mencatat surat yang terbit dengan nomor %(number)s.", who=event.who, number=number)
    else:
        issued = Text("%(who)s menerbitkan surat dengan nomor %(number)s.", who=event.who, number=number)
    return lines(issued, Text("Identitas rekomendasi: %(identity)s", identity=identity) if identity else None)


def _closed(event: _Event) -> Text:
    if event.by_system:
        return Text("Permohonan selesai tanpa penilaian.")
    return Text("Permohonan selesai setelah dinilai.")


def _rated(event: _Event) -> Text:
    if "comment" in event.after:
        return Text("%(who)s menulis komentar: “%(words)s”", who=event.who, words=event.words("comment"))
    stars, before = event.words("stars"), event.before.get("stars")
    if before is not None:
        return Text(
            "%(who)s mengubah penilaian: %(before)s → %(stars)s.", who=event.who, before=str(before), stars=stars
        )
    return Text("%(who)s memberi %(stars)s dari 5 bintang.", who=event.who, stars=stars)


def _read(event: _Event) -> Text:
    if event.codes():
        return Text("%(who)s membaca isian %(codes)s.", who=event.who, codes=event.codes())
    return Text("%(who)s membaca blok %(block)s.", who=event.who, block=event.block())


def _opened_file(event: _Event) -> Text:
    name = event.files.get(cast("int", event.after.get("file")), "")
    return Text("%(who)s membuka berkas %(name)s.", who=event.who, name=name)


def _opened_letter(event: _Event) -> Text:
    number = event.letters.get(cast("int", event.after.get("letter")), "")
    if not number:
        return Text("%(who)s membuka konsep surat.", who=event.who)
    return Text("%(who)s membuka surat %(number)s.", who=event.who, number=number)


def _refused(event: _Event) -> Text:
    return Text("%(who)s mencoba %(act)s, tetapi tidak berwenang.", who=event.who, act=_attempt(event))


def _attempt(event: _Event) -> Text:
    """How the act that the line names is called."""
    return ATTEMPTS.get(cast("Act", event.after.get("act"))) or verbatim(str(event.after.get("act")))


def _unknown(event: _Event, act: str) -> Text:
    return Text("%(who)s: %(act)s", who=event.who, act=act)


#: act → how a refused attempt is called
ATTEMPTS: Mapping[Act, Text] = {
    "read": Text("membaca permohonan ini"),
    "read_identity": Text("membaca kartu identitas pemohon"),
    "claim": Text("mengambil permohonan ini"),
    "release": Text("melepaskan permohonan ini"),
    "hand_over": Text("mengambil alih permohonan ini"),
    "remark": Text("mengurus catatan"),
    "note": Text("menulis catatan internal"),
    "request_revision": Text("meminta perbaikan"),
    "take_back": Text("menarik permintaan perbaikan"),
    "decide": Text("memutuskan hasil pemeriksaan"),
    "edit_letter": Text("mengubah isi surat"),
    "send_to_director": Text("mengirim surat kepada direktur"),
    "reopen": Text("membuka lagi pemeriksaan"),
    "send_back": Text("mengembalikan surat"),
    "issue": Text("menerbitkan surat"),
    "issue_by_upload": Text("mencatat surat terbit"),
    "amend_letter": Text("memperbaiki surat"),
    "replace_letter": Text("mengganti surat"),
    "revoke_letter": Text("mencabut surat"),
    "expire": Text("menyatakan permohonan kedaluwarsa"),
    "resubmit": Text("mengirim perbaikan"),
    "withdraw": Text("menarik permohonan"),
    "export_case": Text("mengekspor isian untuk Romantik"),
}

#: act → its sentence; an act without one is shown by its name
SENTENCES: Mapping[str, Callable[[_Event], Text]] = {
    "submit": lambda event: Text("%(who)s mengirim permohonan.", who=event.who),
    "claim": lambda event: Text("%(who)s mengambil permohonan ini.", who=event.who),
    "release": _released,
    "hand_over": _handed_over,
    "remark": _remarked,
    "close_remark": _closed_remark,
    "weigh_remark": _weighed_remark,
    "clear_section": lambda event: Text("%(who)s menyatakan blok %(block)s jelas.", who=event.who, block=event.block()),
    "take_back": lambda event: Text("%(who)s menarik kembali permintaan perbaikan.", who=event.who),
    "note": lambda event: Text("%(who)s menulis catatan internal: “%(text)s”", who=event.who, text=event.words("text")),
    "request_revision": _asked_for_revision,
    "resubmit": _resubmitted,
    "decide": _decided,
    "export_case": lambda event: Text("%(who)s mengekspor isian untuk Romantik.", who=event.who),
    "record_romantik": lambda event: Text(
        "%(who)s mencatat nomor di Romantik: %(number)s.", who=event.who, number=event.words("number")
    ),
    "move_promise": lambda event: Text(
        "Janji hasil berubah dari %(before)s menjadi %(after)s karena kalender hari kerja berubah.",
        before=date.fromisoformat(str(event.before["due_on"])),
        after=date.fromisoformat(event.words("due_on")),
    ),
    "edit_letter": _edited,
    "send_to_director": lambda event: Text("%(who)s mengirim surat kepada direktur.", who=event.who),
    "reopen": _reopened,
    "send_back": _sent_back,
    "issue": _issued,
    "complete_letter": _completed,
    "amend_letter": _amended,
    "replace_letter": lambda event: Text(
        "%(who)s mengganti surat %(old)s dengan surat %(new)s: “%(reason)s”",
        who=event.who,
        old=str(event.before.get("letter_number", "")),
        new=event.words("letter_number"),
        reason=event.words("reason"),
    ),
    "revoke_letter": lambda event: Text(
        "%(who)s mencabut surat %(number)s: “%(reason)s”",
        who=event.who,
        number=event.words("letter_number"),
        reason=event.words("reason"),
    ),
    "close": _closed,
    "rate": _rated,
    "withdraw": lambda event: Text("%(who)s menarik permohonan.", who=event.who),
    "expire": lambda event: Text("%(who)s menyatakan permohonan kedaluwarsa.", who=event.who),
    "read": _read,
    "read_applicant": lambda event: Text("%(who)s membaca data pemohon.", who=event.who),
    "read_identity": lambda event: Text("%(who)s membaca kartu identitas pemohon.", who=event.who),
    "read_file": _opened_file,
    "read_letter": _opened_letter,
    "read_history": lambda event: Text("%(who)s membuka riwayat ini.", who=event.who),
    "copy": lambda event: Text("Salinan permohonan dikirim ke %(email)s.", email=event.words("to")),
    "hold": lambda event: Text("%(who)s hendak %(act)s.", who=event.who, act=_attempt(event)),
    "undo": lambda event: Text("%(who)s batal %(act)s.", who=event.who, act=_attempt(event)),
    "drop_held": lambda event: Text("Tidak jadi %(act)s, karena tidak dapat dilakukan lagi.", act=_attempt(event)),
    "refused": _refused,
}
