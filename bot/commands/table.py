"""The table of commands: words that people can write at any time, whatever is open. `bot.commands` reads it.

The router, the menus of the platforms, the help text and the README read this table. The function that carries a
command out is listed in its conversation: under the name of the command in `COMMANDS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from domain.permissions import Act
from domain.text import Text

Audience = Literal["everybody", "staff"]

#: a one-time code as we show it, or as phones may change it while it is typed
_ONE_TIME_CODE = re.compile(r"[A-Z2-9]{8,10}|(?=.*[2-9])[A-Za-z2-9]{8,10}")
#: the code of a letter, or the address behind its QR code
_LETTER_CODE = re.compile(r"(?:https?://\S+/verify/)?(?:[A-Za-z0-9][\s.-]?){26}(?:#\S*)?")
#: the secret in the link of a mail
_TOKEN = re.compile(r"[A-Z2-9]{32}")


@dataclass(frozen=True, slots=True)
class Argument:
    """What may follow a command. It needs the "/" before the command, because an answer may begin with the same word.
    Two exceptions: while one of `conversations` is open, and, outside a form, where the argument matches `pattern`.
    """

    example: str
    required: bool = False  #: the command's word alone, without "/", is no command
    conversations: frozenset[str] = frozenset()  #: names; "" is a person who has not written before
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table. A "/" may stand before any word of it, and must stand there if it `needs_slash`."""

    name: str
    indonesian: tuple[str, ...]  #: the first word is the one that menus show
    english: tuple[str, ...]
    meaning: str  #: for the README
    audience: Audience = "everybody"
    act: Act = "list"  #: of a command of the staff: what its reader must be allowed to do
    needs_slash: bool = False  #: the word alone is no command, because it may be an answer or a search
    slash_words: frozenset[str] = frozenset()  #: those of its words that need it, where others do not
    argument: Argument | None = None
    menu: Text | None = None  #: its line in the menus of the platforms
    help: tuple[int, Text] | None = None  #: its position in the help text, and how it is called there
    in_form: bool = False  #: an open form answers it
    may_answer: bool = False  #: its words may also answer a question of a form; the person is asked which

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.indonesian, *self.english)))


#: in the order of the menus
COMMANDS: tuple[Command, ...] = (
    Command(
        "inbox",
        indonesian=("berkas",),
        english=(),
        meaning="Lists the applications, or opens or finds one",
        audience="staff",
        argument=Argument("REK-2026-0001"),
        menu=Text("Daftar berkas permohonan"),
        may_answer=True,
    ),
    Command(
        "look_up",
        indonesian=("periksa",),
        english=(),
        meaning="Opens an application by its number, or finds it by words of its title",
        audience="staff",
        argument=Argument("REK-2026-0001", required=True),
        menu=Text("Buka satu berkas menurut nomornya"),
    ),
    Command(
        "ratings",
        indonesian=("penilaian",),
        english=(),
        meaning="Shows how applicants rate the service",
        audience="staff",
        act="read_ratings",
        menu=Text("Lihat penilaian layanan"),
        may_answer=True,
    ),
    Command(
        "statistics",
        indonesian=("statistik",),
        english=("statistics",),
        meaning="Counts the applications in each status of work",
        audience="staff",
        needs_slash=True,
        menu=Text("Jumlah berkas menurut status"),
    ),
    Command(
        "report",
        indonesian=("laporan",),
        english=("report",),
        meaning="Reports a period: figures, a chart and an Excel file",
        audience="staff",
        act="read_report",
        needs_slash=True,
        argument=Argument("triwulan 1 2026"),
        menu=Text("Laporan satu masa, dengan grafik"),
    ),
    Command(
        "register",
        indonesian=("register",),
        english=(),
        meaning="Shows the register of letters, the newest first",
        audience="staff",
        needs_slash=True,
        menu=Text("Register surat yang terbit"),
    ),
    Command(
        "staff",
        indonesian=("petugas",),
        english=("staff",),
        meaning="Shows who holds what, for the head; invites and revokes, for the admin",
        audience="staff",
        act="list_staff",
        needs_slash=True,
        menu=Text("Petugas dan berkas yang dipegang"),
    ),
    Command(
        "authenticator",
        indonesian=("autentikator",),
        english=("authenticator",),
        meaning="Sets up the authenticator app, whose codes are asked for before acts such as issuing a letter",
        audience="staff",
        act="set_up_authenticator",
        needs_slash=True,
        menu=Text("Pasang aplikasi autentikator"),
    ),
    Command(
        "counter",
        indonesian=("loket",),
        english=("counter",),
        meaning="Records the form of a visitor at the counter",
        audience="staff",
        act="record_for_visitor",
        needs_slash=True,
        menu=Text("Loket: catat permohonan pengunjung"),
    ),
    Command(
        "live_chats",
        indonesian=("percakapan",),
        english=("conversations",),
        meaning="Shows who waits to talk with an officer, and the writer's own conversations",
        audience="staff",
        act="talk",
        needs_slash=True,
        menu=Text("Percakapan dengan pengunjung"),
    ),
    Command(
        "start",
        indonesian=("start", "mulai", "halo", "hai"),
        english=("hi", "hello"),
        meaning="Greets, and shows the menu",
        menu=Text("Mulai dan lihat menu"),
    ),
    Command(
        "apply",
        indonesian=("ajukan",),
        english=("apply",),
        meaning="Starts an application, or offers the one that is not sent yet",
        menu=Text("Ajukan permohonan rekomendasi"),
    ),
    Command(
        "status",
        indonesian=("status",),
        english=("status",),
        meaning="Shows how the applications of the writer stand",
        menu=Text("Lihat status permohonan"),
        help=(5, Text("status")),
        may_answer=True,
    ),
    Command(
        "catalogue",
        indonesian=("cari",),
        english=("search",),
        meaning="Searches the activities that already have a recommendation",
        argument=Argument("stunting 2026", conversations=frozenset({"", "menu", "catalogue"})),
        menu=Text("Cari kegiatan yang sudah direkomendasikan"),
        help=(6, Text("cari")),
    ),
    Command(
        "queue",
        indonesian=("antrean", "antrian", "nomor antrean", "nomor antrian", "nomor antre", "nomor antri"),
        english=("queue", "queue number"),
        meaning="Takes or shows a number for the desk; staff call the next one",
        menu=Text("Nomor antrean di kantor"),
        may_answer=True,
    ),
    Command(
        "visit",
        indonesian=("kunjungan", "datang ke kantor"),
        english=("visit", "visit the office"),
        meaning="Says when and where the desk is open; the poster at the door opens it",
        may_answer=True,
    ),
    Command(
        "guest_book",
        indonesian=("tamu", "buku tamu", "isi buku tamu"),
        english=("guest book",),
        meaning="Signs the guest book of the desk; shows it to the staff",
        may_answer=True,
        menu=Text("Buku tamu kantor"),
    ),
    Command(
        "copy_request",
        indonesian=("salin",),
        english=("copy",),
        meaning="Asks a colleague of the same institution whether their application may be copied",
        needs_slash=True,
        argument=Argument("REK-2026-0001"),
    ),
    Command(
        "take_over",
        indonesian=("ambil",),
        english=(),
        meaning="Takes over what was recorded at the counter, by the code on the receipt",
        argument=Argument("KODE", required=True, pattern=_ONE_TIME_CODE),
    ),
    Command(
        "check_letter",
        indonesian=("cek", "cek surat"),
        english=("check letter",),
        meaning="Says whether a letter is genuine, by its code or its PDF",
        needs_slash=True,
        argument=Argument("ABCD EFGH IJKL MNOP QRST UVWX YZ", pattern=_LETTER_CODE),
        menu=Text("Periksa keaslian surat"),
    ),
    Command(
        "complaint",
        indonesian=("pengaduan", "keluhan", "mengadu"),
        english=("complaint", "complain", "complaints"),
        meaning="Says where to complain, and takes a complaint",
        menu=Text("Sampaikan pengaduan"),
        help=(7, Text("pengaduan")),
        may_answer=True,
    ),
    Command(
        "talk",
        indonesian=("bicara dengan petugas", "bicara petugas", "mau bicara dengan petugas"),
        english=("talk to an officer", "talk with an officer"),
        meaning="Begins a conversation with an officer in the chat",
    ),
    Command(
        "language",
        indonesian=("bahasa",),
        english=("language",),
        meaning="Changes the language",
        menu=Text("Ganti bahasa"),
        help=(8, Text("bahasa")),
        may_answer=True,
    ),
    Command(
        "leave",
        indonesian=("batal", "keluar", "simpan"),
        english=("cancel", "stop"),
        meaning="Keeps what was answered, and goes to the menu",
        menu=Text("Simpan dan keluar"),
        help=(4, Text("batal (simpan dan keluar)")),
    ),
    Command(
        "help",
        indonesian=("bantuan", "?"),
        english=("help",),
        meaning="Explains the open question, or lists the commands",
        menu=Text("Bantuan"),
        help=(3, Text("bantuan")),
        in_form=True,
        may_answer=True,
    ),
    Command(
        "menu",
        indonesian=("menu",),
        english=("menu",),
        meaning="Shows the menu",
        help=(1, Text("menu")),
    ),
    Command(
        "back",
        indonesian=("kembali",),
        english=("back",),
        meaning="Goes to the question before",
        help=(2, Text("kembali")),
        in_form=True,
    ),
    Command(
        "skip",
        indonesian=("lewati",),
        english=("skip",),
        meaning="Leaves a question of the form out, where it may be left out",
        in_form=True,
    ),
    Command(
        "done",
        indonesian=("selesai",),
        english=("done",),
        meaning="Ends an answer of several messages",
        in_form=True,
    ),
    Command(
        "blocks",
        indonesian=("daftar", "periksa"),
        english=("blocks",),
        meaning="Shows the sections of the form",
        in_form=True,
    ),
    Command(
        "form_file",
        indonesian=("lewat berkas", "lewat excel", "minta formulir", "unduh formulir"),
        english=("by file", "by excel"),
        meaning="Sends the form as an Excel file, with the answers so far",
        in_form=True,
    ),
    Command(
        "form_pdf",
        indonesian=("lewat pdf", "minta pdf"),
        english=("by pdf", "ask for pdf"),
        meaning="The same as a PDF whose fields can be filled in",
        in_form=True,
    ),
    Command(
        "page",
        indonesian=("halaman", "isi di halaman"),
        english=("page", "fill in on a page"),
        meaning="Gives a link that opens the form as pages, one a section",
        in_form=True,
    ),
    Command(
        "revise",
        indonesian=("perbaiki", "perbaiki sekarang"),
        english=("revise", "revise now"),
        meaning="Opens the application that waits for a revision",
    ),
    Command(
        "answer_inquiry",
        indonesian=("jawab", "jawab pertanyaan"),
        english=("answer the question",),
        meaning="Answers what an officer has asked about an application",
        may_answer=True,
    ),
    Command(
        "resume",
        indonesian=("lanjutkan", "lanjut", "teruskan", "lanjutkan mengisi", "lanjutkan isian", "lanjutkan permohonan"),
        english=("continue", "resume", "go on"),
        meaning="Goes on with the form that the writer left",
    ),
    Command(
        "letter",
        indonesian=("kirim ulang surat",),
        english=("send the letter again",),
        meaning="Sends the newest letter again",
    ),
    Command(
        "continue",
        indonesian=("lanjut",),
        english=(),
        meaning="Goes on with what was begun on another channel",
        argument=Argument("KODE", required=True, pattern=_ONE_TIME_CODE),
    ),
    Command(
        "prove",
        indonesian=("kode",),
        english=(),
        meaning="Proves an e-mail address, by the link in our mail to it",
        argument=Argument("KODE", required=True, pattern=_TOKEN),
    ),
    Command(
        "account",
        indonesian=("akun", "akun saya"),
        english=("account", "my account"),
        meaning="Shows the data of the writer's account, and changes them",
    ),
    Command(
        "sign_out",
        indonesian=("keluar dari perangkat ini", "keluar akun"),
        english=("sign out", "log out"),
        meaning="Signs this conversation out of the account of its person",
    ),
    Command(
        "own_data",
        indonesian=("data", "data saya", "data pribadi saya"),
        english=("my data",),
        meaning="Shows what is kept about the writer, what for and until when",
        slash_words=frozenset({"data"}),
        menu=Text("Data Anda di layanan ini"),
        may_answer=True,
    ),
    Command(
        "erase_data",
        indonesian=("hapus data saya", "hapus akun saya", "tarik persetujuan"),
        english=("delete my data", "delete my account", "withdraw consent"),
        meaning="Deletes the data of the writer and takes back their consent, after a question",
        may_answer=True,
    ),
    Command(
        "undo_device",
        indonesian=("bukansaya",),
        english=(),
        meaning="Signs out a conversation that its account does not know, by the code in the e-mail about it",
        argument=Argument("KODE", required=True, pattern=_ONE_TIME_CODE),
    ),
    Command(
        "join",
        indonesian=("gabung",),
        english=(),
        meaning="Makes the writer a member of the staff, by the code of an invitation",
        argument=Argument("KODE", required=True, pattern=_ONE_TIME_CODE),
    ),
)
