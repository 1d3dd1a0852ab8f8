"""The public satisfaction survey (SKM): its nine elements with their answers, and the index (IKM) of many surveys.

Source: PermenPANRB 14/2017; the questions and answers stand as in its questionnaire. Elements are named by their codes,
never by their place: questionnaires in use swap U8 and U9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist, stdev
from typing import Literal, TypeAlias, cast, get_args

from domain.frozen import frozen
from domain.text import Json, Text

#: what stars and a survey follow: a letter, a consultation, or a visit to the desk
SurveyedService: TypeAlias = Literal["letter", "consultation", "visit"]
Element: TypeAlias = Literal["U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9"]
Score: TypeAlias = Literal[1, 2, 3, 4]
#: the answers of one respondent
Scores: TypeAlias = Mapping[Element, Score]
ELEMENTS: tuple[Element, ...] = get_args(Element)
SCORES: tuple[Score, ...] = get_args(Score)
SERVICES: tuple[SurveyedService, ...] = get_args(SurveyedService)

#: from so many respondents on the index is reliable, and has an interval
RELIABLE_FROM = 10
#: of fewer people, single answers and comments are not shown, because somebody could be recognised
SMALLEST_GROUP = 5
#: what one point of a mean is worth in the index, which reaches from 25 to 100
_POINT = 25
_CENT = Decimal("0.01")
_NORMAL_975 = NormalDist().inv_cdf(0.975)


@frozen
class SurveyAnswer:
    label: Text
    short: Text | None = None


@frozen
class SurveyQuestion:
    name: Text  #: of the element
    question: Text
    answers: tuple[SurveyAnswer, SurveyAnswer, SurveyAnswer, SurveyAnswer]  #: for 1, 2, 3 and 4 points


def _answers(*labels: Text, short: Sequence[Text | None] = (None,) * 4) -> tuple[SurveyAnswer, ...]:
    return tuple(map(SurveyAnswer, labels, short))


def _question(name: Text, question: Text, answers: tuple[SurveyAnswer, ...]) -> SurveyQuestion:
    one, two, three, four = answers
    return SurveyQuestion(name, question, (one, two, three, four))


_FITTING = _answers(Text("Tidak sesuai"), Text("Kurang sesuai"), Text("Sesuai"), Text("Sangat sesuai"))
QUESTIONS: Mapping[Element, SurveyQuestion] = {
    "U1": _question(
        Text("Persyaratan"),
        Text("Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan dengan jenis pelayanannya?"),
        _FITTING,
    ),
    "U2": _question(
        Text("Sistem, mekanisme, dan prosedur"),
        Text("Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini?"),
        _answers(Text("Tidak mudah"), Text("Kurang mudah"), Text("Mudah"), Text("Sangat mudah")),
    ),
    "U3": _question(
        Text("Waktu penyelesaian"),
        Text("Bagaimana pendapat Saudara tentang kecepatan waktu dalam memberikan pelayanan?"),
        _answers(Text("Tidak cepat"), Text("Kurang cepat"), Text("Cepat"), Text("Sangat cepat")),
    ),
    "U4": _question(
        Text("Biaya/tarif"),
        Text("Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?"),
        _answers(Text("Sangat mahal"), Text("Cukup mahal"), Text("Murah"), Text("Gratis")),
    ),
    "U5": _question(
        Text("Produk spesifikasi jenis pelayanan"),
        Text(
            "Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan antara yang tercantum dalam standar "
            "pelayanan dengan hasil yang diberikan?"
        ),
        _FITTING,
    ),
    "U6": _question(
        Text("Kompetensi pelaksana"),
        Text("Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas dalam pelayanan?"),
        _answers(Text("Tidak kompeten"), Text("Kurang kompeten"), Text("Kompeten"), Text("Sangat kompeten")),
    ),
    "U7": _question(
        Text("Perilaku pelaksana"),
        Text("Bagaimana pendapat Saudara tentang perilaku petugas dalam pelayanan terkait kesopanan dan keramahan?"),
        _answers(
            Text("Tidak sopan dan ramah"),
            Text("Kurang sopan dan ramah"),
            Text("Sopan dan ramah"),
            Text("Sangat sopan dan ramah"),
            short=(Text("Tidak ramah"), Text("Kurang ramah"), Text("Ramah"), Text("Sangat ramah")),
        ),
    ),
    "U8": _question(
        Text("Penanganan pengaduan, saran, dan masukan"),
        Text("Bagaimana pendapat Saudara tentang penanganan pengaduan pengguna layanan?"),
        _answers(
            Text("Tidak ada"),
            Text("Ada tetapi tidak berfungsi"),
            Text("Berfungsi kurang maksimal"),
            Text("Dikelola dengan baik"),
            short=(None, Text("Tidak berfungsi"), Text("Kurang maksimal"), None),
        ),
    ),
    "U9": _question(
        Text("Sarana dan prasarana"),
        Text("Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?"),
        _answers(Text("Buruk"), Text("Cukup"), Text("Baik"), Text("Sangat baik")),
    ),
}


@frozen
class Grade:
    letter: str
    label: Text
    at_least: Decimal


GRADES = (
    Grade("A", Text("sangat baik"), Decimal("88.31")),
    Grade("B", Text("baik"), Decimal("76.61")),
    Grade("C", Text("kurang baik"), Decimal("65.00")),
    Grade("D", Text("tidak baik"), Decimal(0)),
)


@frozen
class SatisfactionIndex:
    """Of at least one respondent."""

    respondents: int
    index: Decimal  #: IKM, 25 to 100, with two decimals
    grade: Grade
    means: Mapping[Element, Decimal]  #: 1 to 4, with two decimals
    lowest: tuple[Element, ...]  #: all with the lowest mean
    interval: tuple[Decimal, Decimal] | None  #: of 95 %; `None` while there are too few respondents


def read_scores(stored: Mapping[str, Json]) -> dict[Element, Score]:
    """The answers of a stored survey, in the order of the elements."""
    return {name: cast("Score", stored[name]) for name in ELEMENTS if stored.get(name) in SCORES}


def next_open(given: Scores) -> Element | None:
    """The first element without an answer."""
    return next((name for name in ELEMENTS if name not in given), None)


def before(element: Element) -> Element | None:
    place = ELEMENTS.index(element)
    return ELEMENTS[place - 1] if place else None


def index_of(surveys: Sequence[Scores]) -> SatisfactionIndex | None:
    """`surveys`: complete ones. `None` for none. Each element weighs exactly 1/9: the 0.11 of many handbooks would cap
    a perfect score at 99.
    """
    if not surveys:
        return None
    sums = {name: sum(one[name] for one in surveys) for name in ELEMENTS}
    count, least = len(surveys), min(sums.values())
    index = _rounded(Fraction(sum(sums.values()) * _POINT, len(ELEMENTS) * count))
    return SatisfactionIndex(
        respondents=count,
        index=index,
        grade=grade_of(index),
        means={name: _rounded(Fraction(total, count)) for name, total in sums.items()},
        lowest=tuple(name for name, total in sums.items() if total == least),
        interval=_interval([index_of_one(one) for one in surveys]),
    )


def grade_of(index: Decimal) -> Grade:
    """Of an index that is rounded to two decimals."""
    return next(grade for grade in GRADES if index >= grade.at_least)


def index_of_one(scores: Scores) -> Fraction:
    """What a single respondent would make of the index, not rounded."""
    return Fraction(sum(scores.values()) * _POINT, len(ELEMENTS))


def _interval(indexes: Sequence[Fraction]) -> tuple[Decimal, Decimal] | None:
    """Student's interval of 95 % around the mean, within 25 to 100."""
    count = len(indexes)
    if count < RELIABLE_FROM:
        return None
    mean = sum(indexes, Fraction()) / count
    half = Fraction(_student_975(count - 1) * stdev(map(float, indexes)) / sqrt(count))
    return _rounded(max(mean - half, Fraction(_POINT))), _rounded(min(mean + half, Fraction(4 * _POINT)))


def _student_975(freedom: int) -> float:
    """The 97.5 % quantile of Student's distribution by Cornish and Fisher; exact to 0.001 from 9 degrees on."""
    z, n = _NORMAL_975, freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def _rounded(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / exact.denominator).quantize(_CENT, ROUND_HALF_UP)
