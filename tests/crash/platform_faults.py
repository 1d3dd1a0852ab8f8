"""What goes wrong between us and a platform while nobody dies, at each thing that somebody does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.platforms.telegram import faults as telegram
from tests.platforms.whatsapp import faults as whatsapp

#: seconds; longer than anybody waits
FOR_EVER = 600.0

ALBUM, PHOTO = "(kuesioner.docx, tabel.xlsx, pedoman.pdf)", "(foto.jpg)"
CHECK, SUBMIT, RESUME, CHOICE = "lewati semua sisanya", "[Kirim sekarang]", "[Lanjutkan permohonan]", "[Survei]"

#: comes twice
TWICE = frozenset({"halo", RESUME, ALBUM, SUBMIT})
#: parts come the last first, where they have an order
BACKWARDS = frozenset({ALBUM})
#: together with everything that came before
WITH_OLD_ONES = frozenset({CHOICE, SUBMIT})


def _on(method: str, fault: telegram.BotApiFault, times: int = 1) -> telegram.BotApiFault:
    return replace(fault, method=method, times=times)


TELEGRAM: Mapping[str, Sequence[telegram.BotApiFault]] = {
    "halo": [_on("sendMessage", telegram.lost())],
    RESUME: [_on("sendMessage", telegram.cut_answer()), _on("getUpdates", telegram.lost())],
    CHOICE: [
        _on("sendMessage", telegram.throttled(1)),
        _on("sendMessage", telegram.internal()),
        _on("sendMessage", telegram.bad_gateway()),
        _on("answerCallbackQuery", telegram.internal()),
    ],
    PHOTO: [
        _on("getFile", telegram.internal()),
        _on("download", telegram.cut()),
        _on("download", telegram.cut_answer()),
        _on("sendMessage", telegram.cut()),
    ],
    ALBUM: [_on("download", telegram.bad_gateway()), _on("getUpdates", telegram.throttled(1))],
    "selesai": [_on("getUpdates", telegram.garbled()), _on("sendMessage", telegram.garbled())],
    "lewati": [_on("getUpdates", telegram.internal()), _on("getUpdates", telegram.cut_answer())],
    CHECK: [_on("sendMessage", telegram.hang(FOR_EVER, performed=True))],
    SUBMIT: [_on("sendMessage", telegram.lost(), times=2)],
}

_Call = whatsapp.Call


def _at(call: _Call, fault: whatsapp.Fault, times: int = 1) -> whatsapp.PlannedFault:
    return whatsapp.PlannedFault(fault, times, call, "")


WHATSAPP: Mapping[str, Sequence[whatsapp.PlannedFault]] = {
    "halo": [_at("messages", whatsapp.LOST)],
    RESUME: [_at("messages", whatsapp.HALF), _at("read", whatsapp.CUT)],
    CHOICE: [
        _at("messages", whatsapp.error(130429)),
        _at("messages", whatsapp.http(500)),
        _at("messages", whatsapp.HTML),
    ],
    PHOTO: [
        _at("media", whatsapp.error(131000)),
        _at("download", whatsapp.CUT),
        _at("download", whatsapp.HALF),
        _at("messages", whatsapp.CUT),
    ],
    ALBUM: [_at("download", whatsapp.http(503)), _at("messages", whatsapp.error(131016), times=2)],
    "selesai": [_at("messages", whatsapp.MALFORMED)],
    CHECK: [_at("messages", whatsapp.LATE)],
    SUBMIT: [_at("messages", whatsapp.LOST, times=2)],
}
