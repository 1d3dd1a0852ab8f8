"""What is kept about the actor: of which kind, what for, until when, and who has read it (UU 27/2022)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.service.context import Context
from domain.form.files import upload_ids
from domain.frozen import frozen
from domain.text import Text
from storage import audit, complaints, officers, personal_data, threads
from storage.tables import AuditLine, Complaint, File

#: acts with which staff read more of a person than their name
READINGS = {
    "read_applicant": Text("petugas melihat kontak Anda"),
    "read_identity": Text("petugas melihat keterangan kartu identitas Anda"),
    "read_file": Text("petugas membuka berkas Anda"),
    "read_record": Text("petugas membuka catatan loket Anda"),
}
#: readings on the screen
SHOWN = 5


@frozen
class KeptData:
    """One kind of data."""

    what: Text
    purpose: Text
    until: Text


@frozen
class OwnData:
    kept: Sequence[KeptData]
    readings: Sequence[AuditLine]  #: the newest first


def overview(ctx: Context) -> OwnData:
    chains = [f"application/{one.id}" for one in personal_data.applications_of(ctx.session, ctx.person_id)]
    readings = audit.newest_lines(ctx.session, [*chains, f"person/{ctx.person_id}"], READINGS, SHOWN)
    return OwnData(tuple(filter(None, (_person(ctx), *_rows(ctx), _messages(ctx)))), readings)


def files(ctx: Context, person_id: int) -> list[File]:
    """The actor's, without earlier copies of their data. Who works here, or has worked here, has documents of other
    people too; of theirs only what they uploaded in forms of their own, or sent in consultations and complaints.
    """
    found = [file for file in personal_data.files_of(ctx.session, person_id) if file.kind != "zip"]
    if not officers.has_been_one(ctx.session, person_id):
        return found
    answers = [draft.answers for draft in personal_data.drafts_of(ctx.session, person_id)]
    for case in personal_data.applications_of(ctx.session, person_id):
        answers += [submission.answers for submission in personal_data.submissions_of(ctx.session, case.id)]
    uploaded = {id for one in answers for id in upload_ids(one)}
    for consultation in personal_data.consultations_of(ctx.session, person_id):
        uploaded |= {file.id for file in threads.files_in(ctx.session, consultation)}
    uploaded |= {file.id for file in complaints.files_in(ctx.session, Complaint.person_id == person_id)}
    return [file for file in found if file.id in uploaded]


def _person(ctx: Context) -> KeptData | None:
    if not ctx.actor.name:
        return None
    return KeptData(
        Text("Data diri: nama, instansi, jabatan, nomor ponsel, e-mail, dan keterangan kartu identitas"),
        Text("untuk mengurus permohonan dan menghubungi Anda"),
        Text("sampai Anda menghapusnya"),
    )


def _rows(ctx: Context) -> list[KeptData | None]:
    """What there is of drafts, applications, files, visits, complaints, questions and conversations with officers."""
    days, session, person_id = ctx.office.retention, ctx.session, ctx.person_id
    unsent = [one for one in personal_data.drafts_of(session, person_id) if one.state not in {"submitted", "discarded"}]
    until_deleted = Text("sampai Anda menghapusnya")
    return [
        _counted(
            len(unsent),
            Text("Isian yang belum dikirim: %(count)s", count=len(unsent)),
            Text("supaya dapat Anda lanjutkan"),
            Text("%(days)s hari sejak terakhir diubah", days=days.drafts),
        ),
        _counted(
            cases := len(personal_data.applications_of(session, person_id)),
            Text("Permohonan: %(count)s", count=cases),
            Text("untuk pemeriksaan dan surat rekomendasi"),
            Text("isinya tetap sebagai arsip, nama dan kontaknya sampai Anda menghapusnya"),
        ),
        _counted(
            documents := len(files(ctx, person_id)),
            Text("Berkas: %(count)s", count=documents),
            Text("untuk pemeriksaan"),
            Text(
                "%(days)s hari setelah permohonan selesai; surat yang terbit tetap sebagai arsip",
                days=days.files_after_close,
            ),
        ),
        _counted(
            visits := len(personal_data.visits_of(session, person_id)),
            Text("Kunjungan di buku tamu: %(count)s", count=visits),
            Text("untuk mencatat tamu kantor"),
            Text("%(days)s hari", days=days.guest_book),
        ),
        _counted(
            complaints := len(personal_data.complaints_of(session, person_id)),
            Text("Pengaduan: %(count)s", count=complaints),
            Text("untuk menjawabnya"),
            until_deleted,
        ),
        _counted(
            consultations := len(personal_data.consultations_of(session, person_id)),
            Text("Konsultasi: %(count)s", count=consultations),
            Text("untuk menjawabnya"),
            Text("isinya %(days)s hari setelah selesai", days=days.files_after_close),
        ),
        _counted(
            talks := len(personal_data.talks_of(session, person_id)),
            Text("Percakapan dengan petugas: %(count)s", count=talks),
            Text("untuk menjawab Anda"),
            Text("%(days)s hari; yang tentang permohonan, sampai Anda menghapusnya", days=days.messages),
        ),
    ]


def _counted(count: int, what: Text, purpose: Text, until: Text) -> KeptData | None:
    return KeptData(what, purpose, until) if count else None


def _messages(ctx: Context) -> KeptData:
    return KeptData(
        Text("Isi percakapan dan alamat percakapan ini"),
        Text("untuk menjawab Anda"),
        Text("isinya %(days)s hari, alamatnya sampai Anda menghapusnya", days=ctx.office.retention.messages),
    )
