"""Phrases of tests/phrases/, each with what it means, and how well they are understood.

Each file is one kind of writer. A line is a phrase, "|" and the meanings that are right for it, of which one may be
"lain": nothing that we serve. The files were written before the examples of `domain/data/intents.toml` and
`domain/data/faq.toml`. Thresholds and examples were chosen with `TUNED`; the others were only measured.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot import commands
from domain import intents
from domain.asides import judge
from domain.office import eligibility, guide
from domain.office.profile import Office

FOLDER = Path(__file__).parents[1] / "phrases"
TUNED = ("officials", "students", "english", "public_bots")
HELD_OUT = ("village", "makassar", "typing", "consultants")

_WORDS = Office.load().words
GUIDE = guide.load(_WORDS)
CANDIDATES = GUIDE.candidates
_WHO = eligibility.load(_WORDS).who
_BY_COMMAND = {intent.command: id for id, intent in GUIDE.intents.items() if intent.command} | {
    "apply": "ajukan",
    "start": "sapaan",
    "help": "bisa_apa",
    "own_data": "hapus_data",
    "erase_data": "hapus_data",
    "status": "status",
}
_BY_ASIDE: dict[str | None, str] = {intent.aside: id for id, intent in GUIDE.intents.items() if intent.aside}
#: a meaning → another one that leads to the same screen
_SAME = {
    "tarik": "status",
    "salin": "ajukan",
    "pindah_perangkat": "masuk",
    "ubah_data": "masuk",
    "masuk": "ubah_data",
    "keluh_panjang": "banyak_pertanyaan",
}
#: what eligibility answers to a wish of somebody who needs no recommendation, or works for an agency
_BY_WHO = {"mahasiswa": "mahasiswa_swasta", "swasta": "mahasiswa_swasta", "konsultan": "konsultan"}

#: right · guessed: among the two that are offered · wrong: another answer, or two others · nothing: not understood
Result = Literal["right", "guessed", "wrong", "nothing"]


@dataclass(frozen=True, slots=True)
class Phrase:
    words: str
    meanings: frozenset[str]


def phrases(*files: str) -> list[Phrase]:
    """Those that stand word for word among the examples are left out."""
    examples = {example.casefold() for candidate in CANDIDATES for example in candidate.phrases}
    lines = [line for file in files for line in (FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines()]
    found = [(words, means.split(", ")) for words, _, means in (line.rpartition(" | ") for line in lines)]
    return [
        Phrase(words, frozenset({*means, *(_SAME[one] for one in means if one in _SAME)}))
        for words, means in found
        if words.casefold() not in examples
    ]


def understood(words: str) -> intents.Meaning:
    """In the order of the chat: a command, politeness, a question or a wish."""
    if (command := commands.read(words, "menu", in_form=False)) is not None:
        return intents.Meaning(_BY_COMMAND.get(command.command.name, command.command.name))
    if (id := _BY_ASIDE.get(judge(words))) is not None:
        return intents.Meaning(id)
    meaning = intents.understand(words, CANDIDATES)
    if meaning.best == "ajukan" and (who := _WHO.find(words)) is not None:
        return intents.Meaning(_BY_WHO.get(who.id, "ajukan"))
    return meaning


def judge_phrase(phrase: Phrase) -> Result:
    meaning = understood(phrase.words)
    if meaning.best:
        return "right" if meaning.best in phrase.meanings else "wrong"
    if "lain" in phrase.meanings:
        return "guessed" if meaning.others else "right"
    if not meaning.others:
        return "nothing"
    return "guessed" if phrase.meanings.intersection(meaning.others) else "wrong"


def counted(*files: str) -> Counter[Result]:
    return Counter(judge_phrase(phrase) for phrase in phrases(*files))


def share(counts: Counter[Result], *results: Result) -> float:
    return sum(counts[result] for result in results) / counts.total()


def calibration() -> list[str]:
    """Rows of the table in docs/plain-words.md: how often the best candidate is right, by its score."""
    bands: dict[int, list[bool]] = {}
    for phrase in phrases(*TUNED, *HELD_OUT):
        if _BY_ASIDE.get(judge(phrase.words)) or commands.read(phrase.words, "menu", in_form=False):
            continue
        found = intents.match(phrase.words, CANDIDATES)
        score = found[0][1] if found else 0
        bands.setdefault(min(int(score * 10), 7), []).append(bool(found) and found[0][0] in phrase.meanings)
    return [
        f"| {band / 10:.1f} | {len(right)} | {100 * sum(right) / len(right):.0f} % |"
        for band, right in sorted(bands.items())
    ]
